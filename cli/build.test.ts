import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';

let folder: string;
before(async () => void (folder = await mkdtemp(join(tmpdir(), 'cloud-resume-cli-'))));
after(() => rm(folder, { recursive: true, force: true }));

function run(command: 'build' | 'validate', ...args: string[]) {
  return new Promise<{ code: number; stdout: string; stderr: string }>((resolve) => {
    execFile(process.execPath, ['--import', 'tsx', `cli/${command}.ts`, ...args], (error, stdout, stderr) =>
      resolve({ code: error ? Number(error.code) : 0, stdout, stderr }),
    );
  });
}

async function resume(name: string, content: unknown): Promise<string> {
  const file = join(folder, name);
  await writeFile(file, JSON.stringify(content));
  return file;
}

test('build: any résumé into any folder', async () => {
  const out = join(folder, 'site');
  const { code, stdout } = await run(
    'build',
    '--resume',
    await resume('a.json', { basics: { name: 'A' } }),
    '--out',
    out,
    '--no-pdf',
  );
  assert.equal(code, 0);
  assert.match(stdout, /^Built 9 files into .*site\.\n$/);
  assert.ok(existsSync(join(out, 'index.html')) && existsSync(`${out}.manifest.json`));
});

test('build: a résumé with a fault ends with 1 and nothing is written', async () => {
  const out = join(folder, 'none');
  const { code, stderr } = await run(
    'build',
    '--resume',
    await resume('b.json', { basics: {} }),
    '--out',
    out,
  );
  assert.equal(code, 1);
  assert.match(stderr, /b\.json:1:2: error: basics\.name is missing/);
  assert.ok(!existsSync(out));
});

for (const [args, message] of [
  [['--bogus'], /Unknown option '--bogus'\.\nSee npm run build -- --help/],
  [['extra'], /Unexpected argument 'extra'/],
  [['--paper', 'a3'], /--paper is "a3"\.\nGive a4 or letter\./],
  [['--url', 'example.com'], /--url is "example\.com"\.\nGive the whole address/],
  [
    ['--resume', 'no-such.json', '--out', 'dist/none'],
    /There is no no-such\.json\.\nLooked for .*no-such\.json/,
  ],
] as const) {
  test(`build: ${args.join(' ')} is refused`, async () => {
    const { code, stderr } = await run('build', ...args);
    assert.equal(code, 1);
    assert.match(stderr, message);
    assert.doesNotMatch(stderr, /\n +at /);
  });
}

test('validate: 0 for what can be built, 1 for what cannot', async () => {
  const fine = await run('validate', await resume('c.json', { basics: { name: 'A' } }));
  assert.deepEqual([fine.code, fine.stdout], [0, `${join(folder, 'c.json')} is fine.\n`]);
  const warned = await run('validate', await resume('d.json', { basics: { name: 'A' }, wrok: [] }));
  assert.deepEqual(
    [warned.code, /1 warning\./.test(warned.stdout), /Did you mean "work"/.test(warned.stderr)],
    [0, true, true],
  );
  const broken = await run('validate', await resume('e.json', { basics: { name: 1 } }));
  assert.equal(broken.code, 1);
});

test('both explain themselves', async () => {
  for (const command of ['build', 'validate'] as const) {
    const { code, stdout } = await run(command, '--help');
    assert.equal(code, 0);
    assert.match(stdout, new RegExp(`^Usage: npm run ${command} `));
    assert.match(stdout, /Exit codes: 0/);
  }
});
