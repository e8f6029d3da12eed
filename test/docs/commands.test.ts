/**
 * The commands that the documentation names exist, know the flags that it gives them, and are run by a test; run-by.ts says by which,
 * or why not.
 */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import { promisify } from 'node:util';
import { NOT_OURS, NOT_RUN, RUN_BY } from './run-by.ts';
import { readPages } from './pages.ts';

const run = promisify(execFile);
const TSX = ['--import', 'tsx'];
const { scripts } = JSON.parse(readFileSync('package.json', 'utf8')) as { scripts: Record<string, string> };
const commands = Object.keys(scripts).filter(
  (name) => !scripts[name.replace(/^pre/, '')] || !name.startsWith('pre'),
);

/** In running text; perhaps with a variable before it. */
const INLINE =
  /`((?:[A-Z_]+=\S+ )?(?:npm|node|npx|terraform|aws|certbot|curl|systemctl|journalctl|sudo) [^`\n]+)`/g;

interface Documented {
  /** Where it stands: `docs/pipeline.md:12`. */
  place: string;
  text: string;
}

const documented: Documented[] = readPages().flatMap(({ path, text, code }) => [
  ...code.map((line) => ({ place: `${path}:${line.line}`, text: line.text })),
  ...[...text.matchAll(INLINE)].map((match) => ({
    place: `${path}:${text.slice(0, match.index).split('\n').length}`,
    text: match[1]!,
  })),
  // A table's row that goes on with flags: | `npm run stats` | … `-- --html FILE` … |
  ...[...text.matchAll(/^\| `(npm (?:run )?[a-z]+)` \|.*/gm)].flatMap(([row, command]) =>
    [...row.matchAll(/`(-- [^`]+)`/g)].map(([, flags]) => ({
      place: `${path}: the row of ${command}`,
      text: `${command} ${flags}`,
    })),
  ),
]);
const ofNpm = documented.flatMap(({ place, text }) =>
  [...text.matchAll(/(?:^|[;&|] *|\s)npm (?:run )?([a-z][\w:-]*)(?: -- ([^;&|]*))?/g)].map(
    ([, name, args]) => ({
      place,
      name: name!,
      flags: [...(args ?? '').matchAll(/(?:^| )(--(?!help)[a-z-]+)/g)].map(([, flag]) => flag!),
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

/** As run-by.ts names it: `node cli/setup.mjs` for `sudo -u cloud-resume node /opt/cloud-resume/cli/setup.mjs`. */
const nameOf = (text: string) =>
  text
    .replace(/^sudo -u \S+ /, '')
    .replace('/opt/cloud-resume/', '')
    .replace(/^node (?:--\S+ (?:tsx )?)*/, 'node ')
    .replace(/ -chdir=\S+/, '');
const startsWithOneOf = (text: string, commands: object) =>
  Object.keys(commands).some((command) => `${text} `.startsWith(`${command} `));

describe('run by a test', () => {
  test('every script, with every flag that the documentation gives it', () => {
    for (const name of commands)
      assert.ok(
        RUN_BY[`npm run ${name}`] || NOT_RUN[`npm run ${name}`],
        `npm run ${name}: name its test in run-by.ts`,
      );
    for (const { place, name, flags } of ofNpm) {
      const command = `npm run ${name}`;
      for (const flag of flags)
        assert.ok(
          RUN_BY[command]?.some(({ call }) => call.includes(`'${flag}'`)) || NOT_RUN[`${command} ${flag}`],
          `${place}: ${command} with ${flag}: which test runs it? Name it in run-by.ts`,
        );
    }
  });

  test('every other command', () => {
    for (const { place, text } of documented) {
      const name = nameOf(text);
      if (/^npm (run |start|test)/.test(name) || NOT_OURS.test(name) || text.includes('→')) continue;
      const [, testFile] = /^node (\S+\.test\.ts)$/.exec(name) ?? [];
      assert.ok(
        (testFile && existsSync(testFile)) || startsWithOneOf(name, RUN_BY) || startsWithOneOf(name, NOT_RUN),
        `${place}: ${text}: which test runs it? Name it in run-by.ts`,
      );
    }
  });

  const withoutSpace = (text: string) => text.replace(/\s+|,(?=\s*[)\]])/g, '');
  for (const [command, tests] of Object.entries(RUN_BY)) {
    test(command, () => {
      for (const { file, call } of tests) {
        assert.match(file, /\.test\.ts$/);
        assert.ok(
          withoutSpace(readFileSync(file, 'utf8')).includes(withoutSpace(call)),
          `${file} does not call ${call}`,
        );
      }
    });
  }

  test('what is not run says why, and is not run', () => {
    for (const [command, why] of Object.entries(NOT_RUN)) {
      assert.ok(why.length > 20 && !RUN_BY[command], command);
      assert.ok(
        documented.some(({ text }) => startsWithOneOf(nameOf(text), { [command]: why })) ||
          ofNpm.some(({ name, flags }) => [name, ...flags].some((word) => command.endsWith(` ${word}`))),
        `${command} is no longer documented: take it out of run-by.ts`,
      );
    }
  });
});

test('npm test runs the files whose path contains a word', async () => {
  // Else the inner runner reports to the outer one.
  const { NODE_TEST_CONTEXT: _outer, ...env } = process.env;
  const { stdout } = await run(process.execPath, [...TSX, 'cli/commands/test.ts', 'cli/terminal/duration'], {
    env,
  });
  assert.match(stdout, /^ℹ fail 0$/m);
  assert.match(stdout, /^ℹ pass [1-9]/m);
  const nothing = run(process.execPath, [...TSX, 'cli/commands/test.ts', 'no-such-word'], { env });
  await assert.rejects(nothing, /No test file's path contains "no-such-word"/);
});
