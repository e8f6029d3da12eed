import assert from 'node:assert/strict';
import { copyFile, mkdir, readFile, symlink, truncate, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { temporaryFolder } from '../testing/temporary-folder.ts';
import { buildSite } from './index.ts';

const folder = await temporaryFolder();
let number = 0;

/** Builds a résumé with these files next to it. */
async function build(files: Record<string, string>, prepare?: (publicFolder: string) => Promise<void>) {
  const directory = join(folder, String(++number));
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(directory, path)), { recursive: true });
    await writeFile(join(directory, path), text);
  }
  await mkdir(directory, { recursive: true });
  if (!files['resume.json'])
    await copyFile('test/fixtures/resumes/engineer.json', join(directory, 'resume.json'));
  await prepare?.(join(directory, 'public'));
  const outDirectory = join(directory, 'site');
  const result = await buildSite({ resumeFile: join(directory, 'resume.json'), outDirectory, pdf: false });
  return { ...result, read: (path: string) => readFile(join(outDirectory, path), 'utf8') };
}

test('publishes files with their types and hashes, and leaves hidden ones out', async () => {
  const plain = await build({});
  const { manifest, siteHash, warnings, read } = await build({
    'public/talks/2026.html': '<title>Talk</title>',
    'public/font.woff2': 'x',
    'public/notes.txt': 'é',
    'public/data.unknown': 'x',
    'public/.well-known/security.txt': 'Contact: mailto:a@b.c',
    'public/.env': 'SECRET=1',
    'public/.DS_Store': '',
    'public/.git/config': '',
  });
  const before = new Set(plain.manifest.files.map(({ path }) => path));
  const added = manifest.files.filter(({ path }) => !before.has(path));
  assert.deepEqual(Object.fromEntries(added.map(({ path, contentType }) => [path, contentType])), {
    '.well-known/security.txt': 'text/plain; charset=utf-8',
    'data.unknown': 'application/octet-stream',
    'font.woff2': 'font/woff2',
    'notes.txt': 'text/plain; charset=utf-8',
    'talks/2026.html': 'text/html; charset=utf-8',
  });
  assert.ok(added.every(({ sha256, cacheControl }) => sha256 && /max-age=0/.test(cacheControl)));
  assert.equal(await read('notes.txt'), 'é');
  assert.notEqual(siteHash, plain.siteHash);
  assert.match(warnings.join(), /Not published.*: public\/\.env, public\/\.git$/);
});

for (const [what, files, message] of [
  [
    'a generated file',
    { 'public/index.html': '' },
    /public\/index\.html has the path of a file that the build writes/,
  ],
  ['one with other letters', { 'public/RESUME.json': '' }, /public\/RESUME\.json has the path/],
  ['a path of the site', { 'public/live/a.txt': '' }, /public\/live\/a\.txt has a path that the site uses/],
  ['a key', { 'public/server.pem': '' }, /looks like a secret/],
  ['a private résumé', { 'public/resume.private.json': '' }, /looks like a secret/],
  [
    'a name that a URL would change',
    { 'public/my talk.pdf': '' },
    /my talk\.pdf has a name with other characters/,
  ],
  ['two mistakes', { 'public/a b': '', 'public/c.key': '' }, /a b has a name[^]*c\.key looks/],
] as const)
  test(`rejects ${what}`, () => assert.rejects(build(files), { name: 'UserError', message }));

test('rejects what is too large or no regular file', async () => {
  await assert.rejects(
    build({ 'public/video.mp4': '' }, (to) => truncate(join(to, 'video.mp4'), 25_000_000)),
    { message: /public\/video\.mp4 has 25 MB; the limit is 20 MB/ },
  );
  await assert.rejects(
    build({ 'public/a.txt': '' }, (to) => symlink('/nowhere', join(to, 'link'))),
    { message: /public\/link is not a regular file/ },
  );
  const many = Object.fromEntries(Array.from({ length: 201 }, (_, index) => [`public/${index}.txt`, '']));
  await assert.rejects(build(many), { message: /201 files; the limit is 200/ });
});

test('publishes a photo in public/ only as the build shrinks it', async () => {
  const resume = JSON.stringify({ basics: { name: 'Ada', image: './photo.jpg' } });
  const { manifest } = await build({ 'resume.json': resume, 'public/a.txt': '' }, (to) =>
    copyFile('test/fixtures/owner/photo.jpg', join(to, 'photo.jpg')),
  );
  const paths = manifest.files.map(({ path }) => path);
  assert.ok(!paths.includes('photo.jpg') && paths.some((path) => /^photo\.\w{8}\./.test(path)), paths.join());
});

test('theme.css is part of every page, and a mistake in it stops the build', async () => {
  const { read, manifest } = await build({ 'theme.css': ':root { --accent: light-dark(#7a1f1f, #f0a0a0) }' });
  for (const page of ['index.html', '404.html', 'how.html'])
    assert.match(await read(page), /--accent: ?light-dark\(#7a1f1f/);
  assert.match(manifest.contentSecurityPolicy, /font-src 'self' data:/);
  await assert.rejects(build({ 'theme.css': ':root { --accent: #eee }' }), {
    message: /theme\.css:1: --accent/,
  });
});
