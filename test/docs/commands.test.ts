/** The commands that the documentation names exist, know the flags that it gives them, and are run by a test. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import { promisify } from 'node:util';
import { NOT_OURS, RUN_BY } from './run-by.ts';
import { readPages } from './pages.ts';

const run = promisify(execFile);
const { scripts } = JSON.parse(readFileSync('package.json', 'utf8')) as { scripts: Record<string, string> };
const commands = Object.keys(scripts).filter(
  (name) => !scripts[name.replace(/^pre/, '')] || !name.startsWith('pre'),
);

interface Documented {
  /** Where it stands: `docs/pipeline.md:12`. */
  place: string;
  text: string;
}

const documented: Documented[] = readPages().flatMap(({ path, text, code }) => [
  ...code.map((line) => ({ place: `${path}:${line.line}`, text: line.text })),
  ...[...text.matchAll(/`((?:npm|node|npx) [^`\n]+)`/g)].map((match) => ({
    place: `${path}:${text.slice(0, match.index).split('\n').length}`,
    text: match[1]!,
  })),
]);
const ofNpm = documented.flatMap(({ place, text }) =>
  [...text.matchAll(/(?:^|[;&|] *|\s)npm (?:run )?([a-z][\w:-]*)(?: -- ([^;&|]*))?/g)].map(
    ([, name, args]) => ({
      place,
      name: name!,
      flags: [...(args ?? '').matchAll(/(?:^| )(--[a-z-]+)/g)].map(([, flag]) => flag!),
    }),
  ),
);

test('every script runs a file that is there', () => {
  for (const [name, command] of Object.entries(scripts)) {
    const file = /(\S+\.(?:ts|mjs))/.exec(command)?.[1];
    assert.ok(file && existsSync(file), `${name}: ${command}`);
  }
});

test('every npm command in the documentation is a script or npm itself', () => {
  assert.ok(ofNpm.length >= 20);
  const npmsOwn = ['ci', 'install', 'audit'];
  for (const { place, name } of ofNpm) {
    assert.ok(scripts[name] ?? npmsOwn.includes(name), `${place}: npm run ${name} is no script`);
  }
});

describe('--help', () => {
  for (const name of commands) {
    test(name, async () => {
      const [node, ...args] = scripts[name]!.split(' ');
      assert.equal(node, 'node');
      const { stdout } = await run(process.execPath, [...args, '--help']);
      assert.match(stdout, new RegExp(`^Usage: npm (run )?${name}\\b`), `npm run ${name} -- --help`);
      for (const { place, flags } of ofNpm.filter((command) => command.name === name)) {
        for (const flag of flags)
          assert.ok(stdout.includes(flag), `${place}: npm run ${name} has no ${flag}`);
      }
    });
  }
});

describe('run by a test', () => {
  test('every script', () => {
    for (const name of commands)
      assert.ok(RUN_BY[`npm run ${name}`], `npm run ${name}: name its test in run-by.ts`);
  });

  test('every other line of a code block', () => {
    const known = Object.keys(RUN_BY);
    for (const { place, text } of documented) {
      if (/\bnpm (run |start|test)/.test(text) || NOT_OURS.test(text) || text.includes('→')) continue;
      const [, file] = /\bnode (?:--\S+ (?:tsx )?)*(\S+)/.exec(text) ?? [];
      assert.ok(
        (file && existsSync(file.replace('/opt/cloud-resume/', ''))) ||
          known.some((command) => text.startsWith(command)),
        `${place}: ${text}: which test runs it? Name it in run-by.ts`,
      );
    }
  });

  for (const [command, { file, shows }] of Object.entries(RUN_BY)) {
    test(command, () => {
      assert.ok(readFileSync(file, 'utf8').includes(shows), `${file} has no ${JSON.stringify(shows)}`);
    });
  }
});
