/** `npm run bench`: measures the way of a visit on this machine. Bounded: some minutes at most, loopback only. */
import { mkdir, writeFile } from 'node:fs/promises';
import { cpus, totalmem } from 'node:os';
import { join } from 'node:path';
import { readArguments } from '../cli/arguments.ts';
import { run } from '../cli/run.ts';
import { basics } from './basics.ts';
import { buildAll, PROJECT } from './build.ts';
import { createProgress } from './progress.ts';

const HELP = `Usage: npm run bench -- [--quick]

  --quick   small audiences, to see that the bench works; its figures are not comparable

Writes bench/results/latest.json. What is measured, and against which control, is in bench/README.md.`;

// The SDK's warning about Node 20 is no result.
process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] = 'true';

run(async () => {
  const options = {
    quick: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  } as const;
  const { quick, help } = readArguments('npm run bench', process.argv.slice(2), options);
  if (help) return console.log(HELP);
  const say = createProgress(console.log, Date.now);
  say('building the functions');
  await buildAll();
  const machine = {
    date: new Date().toISOString().slice(0, 10),
    cpu: cpus()[0]?.model,
    cores: cpus().length,
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    node: process.version,
  };
  const results = await basics(
    say,
    quick
      ? [{ viewers: 10, visits: 5 }]
      : [
          { viewers: 100, visits: 20 },
          { viewers: 1_000, visits: 8 },
        ],
  );
  const file = join(PROJECT, 'bench', 'results', quick ? 'quick.json' : 'latest.json');
  await mkdir(join(file, '..'), { recursive: true });
  await writeFile(file, `${JSON.stringify({ machine, ...results }, undefined, 2)}\n`);
  say(`written to ${file}`);
});
