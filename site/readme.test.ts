import assert from 'node:assert/strict';
import { readFile, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { buildSite } from './builder/index.ts';
import { LANGUAGES } from './language/index.ts';
import { SETTINGS } from './resume/checks/settings.ts';
import { loadResume } from './resume/index.ts';
import { temporaryFolder } from './testing/temporary-folder.ts';

const readme = await readFile(new URL('README.md', import.meta.url), 'utf8');
const folder = await temporaryFolder();

/** Code in the first column of the table below a heading. */
function firstCells(heading: string): string[] {
  const [, section = ''] = readme.split(`\n## ${heading}`);
  const rows = section.split('\n## ')[0]!.matchAll(/^\| (`.*?) \|/gm);
  return [...rows].flatMap(([, cell]) => [...cell!.matchAll(/`([^`]+)`/g)].map(([, code]) => code!));
}

test('lists every setting', () => {
  assert.deepEqual(firstCells('Settings'), SETTINGS);
});

test('the example is valid and uses every setting', async () => {
  const [, example] = /```json\n(.*?)```/s.exec(readme)!;
  const file = join(folder, 'resume.json');
  await writeFile(file, example!);
  const { warnings } = await loadResume(file);
  assert.match(
    warnings,
    /^[^\n]*note: meta\.site\.private keeps basics\.phone out of everything that is built[^\n]*\n[^\n]*$/,
  );
  assert.deepEqual(Object.keys((JSON.parse(example!) as { meta: { site: object } }).meta.site), SETTINGS);
});

test('lists every built file', async () => {
  const outDirectory = join(folder, 'site');
  await writeFile(
    join(folder, 'photo.svg'),
    '<svg xmlns="http://www.w3.org/2000/svg" width="1" height="1"><rect width="1" height="1"/></svg>',
  );
  const resumeFile = join(folder, 'with-photo.json');
  const url = 'https://a.example';
  await writeFile(
    resumeFile,
    JSON.stringify({ basics: { name: 'A', image: 'photo.svg' }, meta: { site: { url } } }),
  );
  await buildSite({ resumeFile, outDirectory, pdf: false });
  const built = (await readdir(outDirectory)).map((path) => path.replace(/\.[0-9a-f]{8}\./, '.*.'));
  const named = firstCells('What is built').filter((path) => /^how$|\./.test(path) && path !== 'resume.pdf');
  assert.deepEqual(built.map((path) => path.replace('photo.*.webp', 'photo.*')).sort(), named.sort());
});

test('lists every language', () => {
  const [, list] = /Available: (.*?)\. To add one/s.exec(readme)!;
  assert.deepEqual(list!.replace(' and ', ', ').split(', '), Object.keys(LANGUAGES));
});
