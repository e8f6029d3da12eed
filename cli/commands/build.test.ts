import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { cp, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { after, before, test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { unzipSync } from 'fflate';
import { missingChromium } from '../../test/support/chromium.ts';
import { loadConfiguration } from '../configuration/index.ts';
import type { build as buildForDeploy } from '../aws/build.ts';

const SAMPLE = 'test/fixtures/resumes/engineer.json';
let folder: string;
before(async () => void (folder = await mkdtemp(join(tmpdir(), 'cloud-resume-cli-'))));
after(() => rm(folder, { recursive: true, force: true }));

function run(command: 'build' | 'validate', ...args: string[]) {
  return runIn('.', command, ...args);
}

function runIn(cwd: string, command: 'build' | 'validate', ...args: string[]) {
  return new Promise<{ code: number; stdout: string; stderr: string }>((resolve) => {
    const script = ['--import', 'tsx', `cli/commands/${command}.ts`, ...args];
    execFile(process.execPath, script, { cwd }, (error, stdout, stderr) =>
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
  assert.match(stdout, /^Built 11 files into .*site\.\n$/);
  assert.ok(existsSync(join(out, 'index.html')) && existsSync(`${out}.manifest.json`));
});

/** A copy of what a build is made by: its dist is nobody else's. */
async function projectCopy(name: string): Promise<string> {
  const project = join(folder, name);
  for (const part of ['cli', 'contract', 'functions', 'shared', 'site', 'package.json', 'tsconfig.json'])
    await cp(part, join(project, part), { recursive: true });
  await cp(SAMPLE, join(project, 'resume.json'));
  await symlink(resolve('node_modules'), join(project, 'node_modules'), 'junction');
  return project;
}

test('build: all that an apply by hand needs', async () => {
  const project = await projectCopy('by-hand');
  const { code, stderr } = await runIn(project, 'build', '--no-pdf');
  assert.equal(code, 0, stderr);
  assert.deepEqual((await readdir(join(project, 'dist'))).sort(), [
    'functions',
    'site',
    'site.manifest.json',
  ]);
  // The names that infra/locals.tf gives them.
  for (const file of ['updater.zip', 'broadcaster.zip']) {
    const zip = await readFile(join(project, 'dist', 'functions', file));
    assert.ok('index.mjs' in unzipSync(zip), file);
  }
});

test(
  'the paper of cloud-resume.json reaches the PDF that is deployed',
  { skip: missingChromium() },
  async () => {
    const project = await projectCopy('deployed');
    const file = join(project, 'cloud-resume.json');
    await writeFile(file, JSON.stringify({ paper: 'letter' }));
    // The copy's own module: it builds into the copy's dist.
    const { build } = (await import(pathToFileURL(join(project, 'cli/aws/build.ts')).href)) as {
      build: typeof buildForDeploy;
    };
    await build(await loadConfiguration({ file, variables: {} }), () => {});
    const pdf = await readFile(join(project, 'dist', 'site', 'resume.pdf'), 'latin1');
    assert.match(pdf, /\/MediaBox \[0 0 612 792\]/);
  },
);

test('build: a published theme instead of our own', async () => {
  const theme = join(folder, 'theme');
  const out = join(folder, 'themed');
  await mkdir(theme);
  await writeFile(join(theme, 'package.json'), '{"name":"theme"}');
  await writeFile(
    join(theme, 'index.js'),
    'exports.render = ({ basics }) => `<h1>Theme of ${basics.name}</h1>`;',
  );
  const file = await resume('f.json', { basics: { name: 'F' } });
  const { code, stderr } = await run('build', '--theme', theme, '--resume', file, '--out', out, '--no-pdf');
  assert.equal(code, 0, stderr);
  assert.match(await readFile(join(out, 'index.html'), 'utf8'), /<h1>Theme of F<\/h1>/);
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
  assert.match(stderr, /Nothing was built\. Fix the error and try again\.\n$/);
  assert.ok(!existsSync(out));
});

for (const [args, message] of [
  [['--bogus'], /Unknown option '--bogus'\.\nSee npm run build -- --help/],
  [['extra'], /Unexpected argument 'extra'/],
  [['--paper', 'a3'], /--paper is "a3"\.\nGive a4 or letter\./],
  [['--url', 'example.com'], /--url is "example\.com"\.\nGive the whole address/],
  [
    ['--resume', 'no-such.json', '--out', 'dist/none'],
    /no-such\.json does not exist\.\nLooked for .*no-such\.json/,
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
  const warned = await run(
    'validate',
    await resume('d.json', { basics: { name: 'A' }, wrok: [{ name: 'B' }] }),
  );
  assert.deepEqual(
    [warned.code, /1 warning\./.test(warned.stdout), /Did you mean "work"/.test(warned.stderr)],
    [0, true, true],
  );
  assert.equal((await run('validate', SAMPLE)).code, 0);
  const broken = await run('validate', await resume('e.json', { basics: { name: null } }));
  assert.equal(broken.code, 1);
  assert.match(broken.stderr, /Fix the error and try again\.\n$/);
  const strict = await run('validate', '--strict', await resume('g.json', { basics: { name: 1 } }));
  assert.equal(strict.code, 1);
  assert.match(strict.stderr, /basics\.name is 1, but must be a text/);
});

test('both explain themselves', async () => {
  for (const command of ['build', 'validate'] as const) {
    const { code, stdout } = await run(command, '--help');
    assert.equal(code, 0);
    assert.match(stdout, new RegExp(`^Usage: npm run ${command} `));
    assert.match(stdout, /Exit codes: 0/);
  }
});
