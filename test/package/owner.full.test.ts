/** An owner's life with the package: init, a style and a theme, then an upgrade from the previous version's tarball. */
import assert from 'node:assert/strict';
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { spawnSync } from 'node:child_process';
import { loadConfiguration } from '../../cli/configuration/index.ts';
import { ownerFolder, tarball, type OwnerFolder } from '../support/package.ts';
import { requirement, tool } from '../support/tools.ts';

const RESUME = join(process.cwd(), 'test/fixtures/resumes/engineer.json');
const PREVIOUS = '0.0.9';
/** A line of a generated file that the previous version wrote differently. */
const LINE = 'get a new version';

/** The tarball with an older version number and another text in the README that it generates. */
async function previousTarball(folder: string): Promise<string> {
  await mkdir(folder);
  assert.equal(spawnSync('tar', ['-xzf', await tarball(), '-C', folder]).status, 0);
  const root = join(folder, 'package');
  const edit = async (file: string, from: string, to: string) => {
    const text = await readFile(join(root, file), 'utf8');
    await writeFile(join(root, file), text.replace(from, to));
    return text.includes(from);
  };
  const { version } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8')) as { version: string };
  await edit('package.json', `"version": "${version}"`, `"version": "${PREVIOUS}"`);
  const edited = await Promise.all(
    (await readdir(join(root, 'lib'))).map((name) => edit(join('lib', name), LINE, 'update')),
  );
  assert.ok(edited.includes(true));
  const file = join(folder, 'previous.tgz');
  assert.equal(spawnSync('tar', ['-czf', file, '-C', folder, 'package']).status, 0);
  return file;
}

describe('an owner’s folder', () => {
  let owner: OwnerFolder;
  const read = (path: string) => readFile(join(owner.path, path), 'utf8');
  const succeeds = async (...args: string[]) => {
    const { exitCode, output } = await owner.cloudResume(...args);
    assert.equal(exitCode, 0, output);
    return output;
  };

  before(async () => {
    owner = await ownerFolder('my résumé ');
    const { exitCode, output } = await owner.npm(
      'install',
      await previousTarball(join(owner.path, '.previous')),
    );
    assert.equal(exitCode, 0, output);
    await rm(join(owner.path, 'package.json'));
  });
  after(() => owner?.remove());

  test('init writes the owner’s files, and nothing else', async (t) => {
    await succeeds('init', '--yes', '--resume', RESUME);
    const files = (await readdir(owner.path, { recursive: true, withFileTypes: true }))
      .filter((entry) => entry.isFile() && !/node_modules|\.previous/.test(entry.parentPath))
      .map(({ parentPath, name }) => join(parentPath, name).slice(owner.path.length + 1));
    t.diagnostic(files.sort().join(' '));
    for (const file of ['.gitignore', 'README.md', 'cloud-resume.json', 'package.json', 'resume.json'])
      assert.ok(files.includes(file), file);
    assert.ok(files.includes('.github/workflows/publish.yml'));
    const { region } = await loadConfiguration({ file: join(owner.path, 'cloud-resume.json') });
    assert.equal(region, 'us-east-1');
    await read('node_modules/cloud-resume/cli/configuration/schema.json');
    const script = await owner.npm('run', 'validate');
    assert.match(script.output, /is fine|can be built/);
  });

  test('theme.css styles the page, and public/ is published', async () => {
    await writeFile(join(owner.path, 'theme.css'), ':root { --accent: #eee }');
    const { exitCode, output } = await owner.cloudResume('build', '--no-pdf');
    assert.equal(exitCode, 1);
    assert.match(output, /theme\.css:1: --accent is #eeeeee in light mode.*nearest colour that passes is #/);
    await writeFile(join(owner.path, 'theme.css'), ':root { --accent: light-dark(#7a1f1f, #f0a0a0) }');
    await mkdir(join(owner.path, 'public'));
    await writeFile(join(owner.path, 'public/talk.html'), '<title>Talk</title>');
    await succeeds('build', '--no-pdf');
    assert.match(await read('dist/site/index.html'), /light-dark\(#7a1f1f/);
    assert.match(await read('dist/site.manifest.json'), /"talk\.html"/);
  });

  test('a published theme renders the page', async (t) => {
    const folder = await tool('jsonresume-theme-even', '0.26.1').catch(() => undefined);
    const missing = requirement({
      what: 'jsonresume-theme-even 0.26.1',
      found: folder !== undefined,
      install: 'connect to the npm registry',
    });
    if (missing) return t.skip(missing);
    await succeeds('build', '--no-pdf', '--theme', folder!, '--out', join(owner.path, 'themed'));
    assert.match(await read('themed/index.html'), /data-counter="visits"/);
  });

  test('upgrade moves generated files to the installed version, and keeps and compares those that were edited', async () => {
    assert.match(await read('README.md'), /\| update \|/);
    const gitignore = `${await read('.gitignore')}drafts/\n`;
    await writeFile(join(owner.path, '.gitignore'), gitignore);
    const installed = await owner.npm('install', await tarball());
    assert.equal(installed.exitCode, 0, installed.output);
    assert.match(await succeeds('upgrade'), /^Updated to \d+\.\d+\.\d+: README\.md, package\.json\.$/m);
    assert.ok((await read('README.md')).includes(LINE));
    assert.equal(await read('.gitignore'), gitignore);
    assert.match(await succeeds('upgrade'), /Nothing to update/);
    const { 'cloud-resume': record } = JSON.parse(await read('package.json')) as Record<
      string,
      { version: string }
    >;
    assert.notEqual(record!.version, PREVIOUS);
  });
});
