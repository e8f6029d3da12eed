/** `npm run bench`: measures the whole system on this machine and writes bench/results/. */
import { readArguments } from '../cli/terminal/arguments.ts';
import { UserError } from '../shared/user-error.ts';
import { run } from '../cli/terminal/run.ts';
import { measureBasics } from './basics.ts';
import { buildAll } from './build.ts';
import { createProgress } from './clock.ts';
import { measureColdStart } from './cold-start.ts';
import { goalsOf } from './goals.ts';
import { describeMachine, writeResults, type Measured } from './results.ts';
import { measureStorms } from './storms/index.ts';

const PARTS = ['basics', 'storms', 'cold-start'] as const;
type Part = (typeof PARTS)[number];

const HELP = `Usage: npm run bench -- [options]

  --only NAME   one part alone: ${PARTS.join(', ')}; may be repeated
  --viewers N   storms before an audience of this size alone; may be repeated
  --quick       smaller audiences and fewer repetitions: shows that it works, not how fast it is
  --help        this text

Results go to bench/results/: latest.json (a --quick run writes quick.json) and the plot that the README shows. A run of one part
leaves the figures of the others as they were.
Everything stays on this machine's loopback interface. bench/README.md says what is compared and how.`;

run(async () => {
  const options = readArguments('npm run bench', process.argv.slice(2), {
    only: { type: 'string', multiple: true },
    viewers: { type: 'string', multiple: true },
    quick: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  });
  if (options.help) return console.log(HELP);
  const parts = (options.only ?? PARTS) as Part[];
  const unknown = parts.find((part) => !PARTS.includes(part));
  if (unknown) throw new UserError(`There is no part "${unknown}".`, `Choose from ${PARTS.join(', ')}.`);

  const viewers = options.viewers?.map((text) => {
    const size = Number(text);
    if (!Number.isSafeInteger(size) || size < 1 || size > 2_000)
      throw new UserError(`--viewers ${text} is invalid.`, 'Give a whole number from 1 to 2000.');
    return size;
  });

  const say = createProgress(console.log);
  const machine = describeMachine(new Date());
  say(`${machine.cores} × ${machine.cpu}, Node.js ${machine.node}, load ${machine.loadBefore}`);
  await buildAll();
  const measured: Measured = {};
  for (const part of parts) {
    say(`— ${part} —`);
    if (part === 'basics') measured.basics = await measureBasics(say, options.quick);
    if (part === 'cold-start') measured.coldStart = await measureColdStart(say, options.quick);
    if (part === 'storms') measured.storms = await measureStorms(say, options.quick, viewers);
  }
  const { results, files } = await writeResults(machine, measured, options);
  for (const { goal, measured: figure, met } of goalsOf(results))
    console.log(`${met ? 'met   ' : 'MISSED'}  ${goal}: ${figure}`);
  say(`written: ${files.join(', ')}`);
});
