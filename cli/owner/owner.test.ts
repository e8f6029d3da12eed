/** An owner's folder: what `init` writes, what it refuses, and what `upgrade` changes. */
import assert from 'node:assert/strict';
import { mkdir, readdir, readFile, readlink, rm, symlink, writeFile } from 'node:fs/promises';
import { writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { PassThrough } from 'node:stream';
import { beforeEach, describe, test } from 'node:test';
import { strToU8, zipSync } from 'fflate';
import { temporaryFolder } from '../../test/support/temporary-folder.ts';
import { loadConfiguration } from '../configuration/index.ts';
import { loadResume } from '../../site/resume/index.ts';
import { COMMAND_NAMES } from '../program.ts';
import { init, type InitOptions } from './init.ts';
import { packageName, readProject, SCRIPTS, sha256, type Generated } from './project.ts';
import { repositoryAbove } from './templates.ts';
import { updateFiles, upgrade } from './upgrade.ts';

const SAMPLE = 'test/fixtures/owner/resume.json';
let folder: string;
let said: string[];

beforeEach(() => {
  delete process.env['CI'];
  folder = join(temporaryFolder('cloud resume '), "Ada's Résumé");
  said = [];
});

const say = (line: string) => void said.push(line);
const run = (options: Partial<InitOptions> = {}) => init(folder, { yes: true, say, ...options });
const read = (path: string) => readFile(join(folder, path), 'utf8');
const write = async (path: string, text: string) => {
  await mkdir(join(folder, path, '..'), { recursive: true });
  await writeFile(join(folder, path), text);
};

/** Answers questions in their order; every answer ends with Enter. */
function terminal(answers: string[]) {
  const input = Object.assign(new PassThrough(), { isTTY: true, setRawMode: () => {} });
  const output = Object.assign(new PassThrough(), { isTTY: true });
  let shown = '';
  output.on('data', (chunk: Buffer) => {
    shown += String(chunk);
    const [question, answer] = (answers[0] ?? '').split('=') as [string, string];
    if (answers.length === 0 || !shown.includes(question)) return;
    answers.shift();
    shown = '';
    setImmediate(() => input.write(`${answer}\r`));
  });
  return { input, output };
}

describe('init', () => {
  test('writes everything that a site needs, without a question', async () => {
    await run({ resume: SAMPLE, workflows: 'none' });
    assert.deepEqual((await readdir(folder)).sort(), [
      '.gitignore',
      'README.md',
      'cloud-resume.json',
      'package.json',
      'photo.jpg',
      'resume.json',
    ]);
    assert.equal(await read('resume.json'), await readFile(SAMPLE, 'utf8'));
    const { manifest } = await readProject(folder);
    assert.equal(manifest.scripts!['deploy'], 'cloud-resume deploy');
    assert.match(manifest.dependencies!['cloud-resume']!, /^\^\d+\.\d+\.\d+$/);
    const { name, region } = await loadConfiguration({ file: join(folder, 'cloud-resume.json') });
    assert.deepEqual({ name, region }, { name: 'ada-s-resume', region: 'us-east-1' });
    assert.match(said.join('\n'), /npm install\n.*npm start.*\n.*npm run deploy/);
  });

  test('run again, adds only what is missing', async () => {
    await run({ resume: SAMPLE });
    await write('README.md', 'My words');
    await rm(join(folder, '.gitignore'));
    const before = await read('package.json');
    await run();
    assert.match(said.join('\n'), /Wrote \.gitignore\./);
    assert.equal(await read('README.md'), 'My words');
    assert.equal(await read('package.json'), before);
    await run();
    assert.match(said.join('\n'), /Nothing was missing/);
  });

  test('keeps what the owner already has, and says what is missing in .gitignore', async () => {
    await write('package.json', '{\n\t"name": "mine",\n\t"scripts": { "start": "vite" }\n}\n');
    await write('.gitignore', 'node_modules\n');
    await write('resume.json', '{ "basics": { "name": "Ada" } }');
    await run();
    const { manifest, text } = await readProject(folder);
    assert.equal(manifest['name'], 'mine');
    assert.equal(manifest.scripts!['start'], 'vite');
    assert.equal(manifest.scripts!['dev'], 'cloud-resume dev');
    assert.match(text!, /^\t"name"/m);
    assert.equal(await read('resume.json'), '{ "basics": { "name": "Ada" } }');
    assert.match(said.join('\n'), /Add to \.gitignore: dist, \.data, \.cache, \*\.private\.json/);
    assert.equal((await readProject(folder)).generated!.files['.gitignore'], undefined);
  });

  test('leaves other files alone: links without a target, and names like those it writes to', async () => {
    await write('README.md.new', 'mine');
    await write('../elsewhere/package.json', '{}');
    await symlink('nowhere', join(folder, '.gitignore'));
    await symlink('../elsewhere/package.json', join(folder, 'package.json'));
    await run({ resume: SAMPLE });
    assert.equal(await readlink(join(folder, '.gitignore')), 'nowhere');
    assert.equal(await read('README.md.new'), 'mine');
    assert.equal(await readlink(join(folder, 'package.json')), '../elsewhere/package.json');
    assert.match(await read('../elsewhere/package.json'), /"deploy": "cloud-resume deploy"/);
  });

  for (const [what, resume, name] of [
    ['YAML', 'test/fixtures/resumes/german.yaml', undefined],
    ['LinkedIn’s archive', 'archive.zip', 'Ada Byron'],
  ] as const)
    test(`reads ${what}`, async () => {
      const archive = zipSync({
        'Profile.csv': strToU8('First Name,Last Name,Headline\nAda,Byron,Programmer\n'),
      });
      await mkdir(folder);
      await writeFile(join(folder, '..', 'archive.zip'), archive);
      await run({ resume: resume === 'archive.zip' ? join(folder, '..', resume) : resume });
      const { basics } = (await loadResume(join(folder, 'resume.json'))).resume;
      assert.ok(basics?.name);
      if (name) assert.equal(basics.name, name);
    });

  test('copies only a photo and languages from where the résumé is, whatever they claim to be', async () => {
    const folderOf = (image: string) => {
      const source = temporaryFolder();
      writeFileSync(join(source, 'resume.json'), JSON.stringify({ basics: { name: 'Ada', image } }));
      return source;
    };
    const [linked, workflow, npmrc] = ['photo.jpg', '.github/workflows/x.yml', '.npmrc'].map(folderOf);
    await symlink(resolve('LICENSE'), join(linked!, 'photo.jpg'));
    await symlink(resolve('package.json'), join(linked!, 'resume.de.json'));
    await mkdir(join(workflow!, '.github/workflows'), { recursive: true });
    await writeFile(join(workflow!, '.github/workflows/x.yml'), 'on: push');
    await writeFile(join(npmrc!, '.npmrc'), 'GIF89a=\nregistry=https://evil.example\n');
    for (const source of [linked, workflow, npmrc]) {
      folder = join(temporaryFolder(), 'cv');
      await run({ resume: join(source!, 'resume.json'), workflows: 'none' });
      assert.deepEqual((await readdir(folder)).sort(), [
        '.gitignore',
        'README.md',
        'cloud-resume.json',
        'package.json',
        'resume.json',
      ]);
    }
  });

  test('asks five questions, the name, and whether GitHub publishes', async () => {
    const answers = [
      'Your résumé=',
      'Your name=Ada Byron',
      'What you do=Programmer',
      'E-mail=ada@example.com',
      'City=London',
      'About you=Writes notes.',
      'Name for what is created=ada',
      'GitHub Actions=n',
    ];
    await run({ yes: false, terminal: terminal(answers) });
    const { basics } = (await loadResume(join(folder, 'resume.json'))).resume;
    assert.deepEqual(basics, {
      name: 'Ada Byron',
      label: 'Programmer',
      email: 'ada@example.com',
      summary: 'Writes notes.',
      location: { city: 'London' },
    });
    assert.equal((await loadConfiguration({ file: join(folder, 'cloud-resume.json') })).name, 'ada');
    assert.deepEqual(answers, []);
  });

  const pipe = () => ({ input: new PassThrough(), output: new PassThrough() });
  for (const [what, options, message, remedy] of [
    [
      'a pipe without flags',
      { yes: false, terminal: pipe() },
      /not a terminal/,
      /--resume FILE --name NAME --workflows/,
    ],
    ['a résumé that does not exist', { resume: 'none.json' }, /none\.json/, /./],
    ['a file that is no résumé', { resume: 'LICENSE' }, /not JSON/, /./],
    ['a name that AWS rejects', { name: 'Ada!' }, /name is "Ada!"/, /cloud-resume/],
  ] as const)
    test(`refuses ${what}, and writes nothing`, async () => {
      await assert.rejects(run(options), { message, remedy });
      await assert.rejects(readdir(folder), { code: 'ENOENT' });
    });

  for (const [what, path, text, message] of [
    ['a package.json that is not JSON', 'package.json', '{', /package\.json cannot be read/],
    ['a résumé where one exists', 'resume.json', '{}', /already has a resume\.json/],
  ] as const)
    test(`refuses ${what}`, async () => {
      await write(path, text);
      await assert.rejects(run({ resume: SAMPLE }), { name: 'UserError', message });
      assert.deepEqual(await readdir(folder), [path]);
    });

  test('refuses a file as folder, and the repository of Cloud Resume', async () => {
    await assert.rejects(init('package.json', { yes: true, say }), { message: /package\.json is a file/ });
    await assert.rejects(init('.', { yes: true, say }), { remedy: /npm run init -- \.\.\/my-resume/ });
    await assert.rejects(init('package.json/deep', { yes: true, say }), { name: 'UserError' });
  });

  test('writes the complete workflows on request', async () => {
    await run({ resume: SAMPLE, workflows: 'own' });
    const names = ['destroy', 'plan', 'preview', 'production', 'publish', 'scheduled'];
    assert.deepEqual(
      (await readdir(join(folder, '.github/workflows'))).sort(),
      names.map((name) => `${name}.yml`),
    );
    await upgrade(folder, say);
    assert.match(said.join('\n'), /Nothing to update/);
  });

  test('writes no workflow below the top of a repository', async () => {
    await mkdir(join(folder, '..', '.git'), { recursive: true });
    assert.equal(repositoryAbove(folder), join(folder, '..'));
    await run({ resume: SAMPLE });
    assert.match(said.join('\n'), /inside the repository/);
    assert.ok(!(await readdir(folder)).includes('.github'));
  });

  test('every command becomes a script, except init and those that need a clone', () => {
    const needClone = ['init', 'test', 'check', 'bench', 'package'];
    assert.deepEqual(
      SCRIPTS,
      COMMAND_NAMES.filter((name) => !needClone.includes(name)),
    );
  });

  test('derives a name from the folder', () => {
    assert.deepEqual(
      ['/home/ada/My Résumé', 'C:\\Users\\Ada\\cv-2026', '/1', '/cloud-resume', `/${'a'.repeat(23)}-b`].map(
        packageName,
      ),
      ['my-resume', 'cv-2026', 'my-resume', 'my-resume', 'a'.repeat(23)],
    );
  });
});

describe('upgrade', () => {
  const generated: Generated = {
    version: '0.0.1',
    workflows: 'none',
    files: { a: sha256('one\n'), gone: sha256('x') },
  };
  const update = (files: Record<string, string>, record = generated) =>
    updateFiles(folder, record, '0.1.0', files);

  for (const [what, onDisk, template, expected] of [
    ['replaces an unedited file', 'one\n', 'two\n', { updated: ['a'], text: 'two\n', diffs: 0 }],
    [
      'keeps an edited file and shows the difference',
      'mine\n',
      'two\n',
      { updated: [], text: 'mine\n', diffs: 1 },
    ],
    [
      'is silent about an edited file whose template is the same',
      'mine\n',
      'one\n',
      { updated: [], text: 'mine\n', diffs: 0 },
    ],
    ['leaves a deleted file deleted', undefined, 'two\n', { updated: [], text: undefined, diffs: 0 }],
  ] as const)
    test(what, async () => {
      await mkdir(folder);
      if (onDisk !== undefined) await write('a', onDisk);
      const { updated, diffs, generated: next } = await update({ a: template });
      const text = await read('a').catch(() => undefined);
      assert.deepEqual({ updated, text, diffs: diffs.length }, expected);
      for (const diff of diffs) assert.match(diff, /-mine\n\+two/);
      assert.deepEqual((await update({ a: template }, next)).diffs, [], 'a difference is shown once');
    });

  test('writes new files, and removes those that are no longer generated, unless they were edited', async () => {
    await write('gone', 'x');
    assert.deepEqual((await update({ 'new/b': 'b' })).updated, ['new/b (new)', 'gone (removed)']);
    await write('gone', 'edited');
    assert.deepEqual((await update({ 'new/b': 'b' })).updated, []);
    assert.equal(await read('gone'), 'edited');
  });

  test('after init there is nothing to update; an older program and another folder are refused', async () => {
    await run({ resume: SAMPLE });
    await upgrade(folder, say);
    assert.match(said.join('\n'), /Nothing to update/);
    const { manifest } = await readProject(folder);
    await write(
      'package.json',
      JSON.stringify({ ...manifest, 'cloud-resume': { ...generated, version: '99.0.0' } }),
    );
    await assert.rejects(upgrade(folder, say), { message: /from version 99\.0\.0/ });
    await write('package.json', '{}');
    await assert.rejects(upgrade(folder, say), { remedy: /cloud-resume init/ });
  });
});
