/** The command line of every command, in one process: help texts and what people get wrong. */
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { build } from 'esbuild';
import { COMMAND_NAMES, loadCommand, overview, runCommand } from './program.ts';

const SNAPSHOT = join(import.meta.dirname, 'help.txt');

async function helpOf(name: (typeof COMMAND_NAMES)[number]): Promise<string> {
  const { command } = await loadCommand(name);
  let text = '';
  command.configureOutput({ writeOut: (part) => void (text += part) });
  await runCommand([name, '--help']);
  return text;
}

test('every command explains itself', async () => {
  const texts = [overview()];
  for (const name of COMMAND_NAMES) texts.push(await helpOf(name));
  const all = texts.map((text) => text.trim()).join(`\n\n${'-'.repeat(80)}\n\n`);
  if (process.env['UPDATE_SNAPSHOTS']) writeFileSync(SNAPSHOT, `${all}\n`);
  assert.equal(
    `${all}\n`,
    readFileSync(SNAPSHOT, 'utf8'),
    'If this change is intended: UPDATE_SNAPSHOTS=1 npm test -- cli/program',
  );
});

for (const [line, message, remedy] of [
  ['strat', 'There is no command "strat".', /^Did you mean npm start\?$/],
  ['frobnicate', 'There is no command "frobnicate".', /^The commands are init, start, dev, /],
  ['constructor', 'There is no command "constructor".', /^The commands are /],
  ['start --prot 4000', "Unknown option '--prot'.", /^Did you mean --port\? See npm start -- --help$/],
  ['start --port', "Option '--port <number>' argument missing.", /^See npm start -- --help$/],
  ['start --port 70000', '--port is "70000".', /^Give a number from 0 to 65535; 0 takes any free port\.$/],
  ['start --public-url https://a.example/cv', '--public-url is "https://a.example/cv".', /scheme and host/],
  ['build extra', 'Too many arguments. Expected 0 arguments but got 1.', /npm run build -- --help/],
  [
    'build --paper a3',
    /argument 'a3' is invalid\. Allowed choices are a4, letter\.$/,
    /npm run build -- --help/,
  ],
  ['build --url example.com', '--url is "example.com".', /^Give the whole address/],
  ['doctor example.com', 'The URL is "example.com".', /^Give the whole address/],
  ['doctor http://localhost --env production', 'A URL and --env were both given.', /^Give one/],
  ['deploy --plan a --apply b', /'--apply <file>' cannot be used with option '--plan <file>'\.$/, /--help$/],
  ['deploy --apply nowhere/plan', 'There is no nowhere/plan.', /npm run deploy -- --plan FILE$/],
  ['deploy --plan nowhere/plan', 'There is no folder for nowhere/plan.', /^Create it/],
  ['logs --component database', /'database' is invalid\. Allowed choices are updater, /, /--help$/],
  ['logs --since yesterday', '--since is "yesterday".', /15m/],
  ['stats --days 0', '--days is "0".', /^Give a number from 1 to 3650\.$/],
  ['stats --data a --env b', /'--env <name>' cannot be used with option '--data <folder>'\.$/, /--help$/],
  ['export', "Required option '--out <file>' not specified.", /npm run export -- --help/],
  ['import', 'No file was given.', /npm run import -- count\.jsonl/],
  ['bootstrap --owner-id me', '--owner-id is "me".', /^Give a number/],
  [
    'bench --only warmth',
    /'warmth' is invalid\. Allowed choices are basics, storms, cold-start, cold-visit, paint\.$/,
    /--help$/,
  ],
  ['bench --viewers many', '--viewers is "many".', /^Give a number from 1 to 2000\.$/],
] as const)
  test(`rejects ${line}`, () =>
    assert.rejects(runCommand(line.split(' ')), { name: 'UserError', message, remedy }));

test('commands that run without the development dependencies import none of them', async () => {
  const main = readFileSync(join(import.meta.dirname, 'main.mjs'), 'utf8');
  const withDev = /WITH_DEV = \[(.*?)\]/s.exec(main)![1]!;
  const names = COMMAND_NAMES.filter((name) => !withDev.includes(`'${name}'`));
  const { metafile } = await build({
    entryPoints: names.map((name) => join(import.meta.dirname, 'commands', `${name}.ts`)),
    bundle: true,
    format: 'esm',
    platform: 'node',
    packages: 'external',
    metafile: true,
    write: false,
    outdir: 'unused',
    logLevel: 'silent',
  });
  const { devDependencies } = JSON.parse(readFileSync('package.json', 'utf8')) as Record<string, object>;
  const imports = Object.entries(metafile.inputs).flatMap(([file, { imports }]) =>
    // Modules in cli/aws/ are loaded with import(), only with --env.
    file.startsWith('cli/aws/') ? [] : imports.map(({ path }) => ({ file, path })),
  );
  const wrong = imports.filter(({ path }) =>
    Object.keys(devDependencies!).some((name) => path.startsWith(name)),
  );
  assert.ok(names.includes('start') && imports.length > 100);
  assert.deepEqual(wrong, []);
});
