/** `npm run build` and `npm run validate`. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { copyFile, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { unzipSync } from 'fflate';
import { temporaryFolder } from '../../test/support/temporary-folder.ts';
import { missingChromium } from '../../test/support/chromium.ts';
import { command } from '../../test/support/command.ts';

const SAMPLE = 'test/fixtures/resumes/engineer.json';
const folder = temporaryFolder();

async function resume(name: string, content: unknown): Promise<string> {
  const file = join(folder, name);
  await writeFile(file, JSON.stringify(content));
  return file;
}

/** Builds in a folder of another owner, in a process of its own. */
async function buildFor(owner: string, ...args: string[]): Promise<string> {
  await mkdir(join(folder, owner));
  await copyFile(SAMPLE, join(folder, owner, 'resume.json'));
  execFileSync(process.execPath, ['cli/main.mjs', 'build', ...args], {
    env: { ...process.env, CLOUD_RESUME_FOLDER: join(folder, owner) },
  });
  return join(folder, owner, 'dist');
}

test('builds any résumé into any folder', async () => {
  const out = join(folder, 'site');
  const file = await resume('a.json', { basics: { name: 'A' } });

  const output = await command('build', '--resume', file, '--out', out, '--no-pdf');

  assert.match(output, /^Built \d+ files in .*site\.\nSHA-256 of the site: \w+\n$/);
  assert.ok(existsSync(join(out, 'index.html')) && existsSync(`${out}.manifest.json`));
});

test('without --out, builds what an apply by hand needs, and writes only to the owner’s folder', async () => {
  const dist = await buildFor('by-hand', '--no-pdf');

  assert.deepEqual((await readdir(dist)).sort(), ['functions', 'site', 'site.manifest.json']);
  // The names that infra/locals.tf gives them.
  for (const file of ['updater.zip', 'broadcaster.zip']) {
    const zip = await readFile(join(dist, 'functions', file));
    assert.ok('index.cjs' in unzipSync(zip), file);
  }
});

test('prints the PDF on the paper that was asked for', { skip: missingChromium() }, async () => {
  const dist = await buildFor('letter', '--paper', 'letter');

  const pdf = await readFile(join(dist, 'site', 'resume.pdf'), 'latin1');
  assert.match(pdf, /\/MediaBox \[0 0 612 792\]/);
});

test('writes nothing for a résumé with a mistake', async () => {
  const out = join(folder, 'none');
  const file = await resume('b.json', { basics: {} });

  await assert.rejects(command('build', '--resume', file, '--out', out), {
    message: /b\.json:1:2: error: basics\.name is missing/,
    remedy: 'Nothing was built. Fix the error and try again.',
  });

  assert.ok(!existsSync(out));
});

test('says where it looked for a résumé that does not exist', () =>
  assert.rejects(command('build', '--resume', 'no-such.json', '--out', join(folder, 'none')), {
    name: 'UserError',
    message: /no-such\.json/,
  }));

test('validates a résumé: fine, with a warning, not fit to build, not strictly JSON Resume', async () => {
  const fine = await resume('c.json', { basics: { name: 'A' } });
  assert.equal(await command('validate', fine), `${fine} is fine.\n`);
  await command('validate', SAMPLE);

  const misspelt = await resume('d.json', { basics: { name: 'A' }, wrok: [{ name: 'B' }] });
  assert.match(await command('validate', misspelt), /Did you mean "work"[^]*can be built; 1 warning\./);

  const broken = await resume('e.json', { basics: { name: null } });
  await assert.rejects(command('validate', broken), { remedy: /Fix the error and try again\.$/ });

  const loose = await resume('g.json', { basics: { name: 1 } });
  await assert.rejects(command('validate', '--strict', loose), {
    message: /basics\.name is 1, but must be text/,
  });
});

test('the theme comes from --theme, cloud-resume.json or meta.theme, in this order', async (t) => {
  const theme = async (name: string) => {
    const at = join(folder, name);
    await mkdir(at);
    await writeFile(join(at, 'package.json'), JSON.stringify({ name }));
    await writeFile(join(at, 'index.js'), `exports.render = () => '<title>${name}</title>'`);
    return at;
  };
  const [flag, configured, wished] = await Promise.all(['flag', 'configured', 'wished'].map(theme));
  const configuration = join(folder, 'cloud-resume.json');
  process.env['CLOUD_RESUME_CONFIG'] = configuration;
  t.after(() => delete process.env['CLOUD_RESUME_CONFIG']);
  const build = async (
    flags: string[],
    setting: string | undefined,
    meta: string | undefined,
    resumeName = 'mine',
  ) => {
    await writeFile(
      configuration,
      JSON.stringify({ resume: 'mine.json', ...(setting && { theme: setting }) }),
    );
    const file = await resume(`${resumeName}.json`, {
      basics: { name: 'Ada' },
      meta: { ...(meta && { theme: meta }) },
    });
    const out = join(folder, 'themed');
    const output = await command('build', '--resume', file, '--out', out, '--no-pdf', ...flags);
    const [, title] = /<title>(.*?)</.exec(await readFile(join(out, 'index.html'), 'utf8'))!;
    return { title, output };
  };
  for (const [flags, setting, meta, title] of [
    [['--theme', flag!], configured, wished, 'flag'],
    [[], configured, wished, 'configured'],
    [[], undefined, wished, 'wished'],
    [['--theme', 'built-in'], configured, wished, 'Ada'],
    [[], 'built-in', wished, 'Ada'],
    [[], undefined, undefined, 'Ada'],
  ] as const)
    assert.equal((await build([...flags], setting, meta)).title, title);
  assert.equal(
    (await build([], configured, undefined, 'other')).title,
    'Ada',
    'the settings are of another résumé',
  );
  const { title, output } = await build([], undefined, 'no-such-theme');
  assert.equal(title, 'Ada');
  assert.match(output, /meta\.theme is "no-such-theme".*npm install jsonresume-theme-no-such-theme/);
});
