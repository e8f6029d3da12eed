/** Sections that JSON Resume does not have: everywhere that the others are, and hidden where the others are. */
import assert from 'node:assert/strict';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { buildSite } from '../builder/index.ts';
import { temporaryFolder } from '../testing/temporary-folder.ts';
import { loadResume } from './index.ts';

const folder = await temporaryFolder();
const file = join(folder, 'resume.json');
const resume = (site: object) => ({
  basics: { name: 'Ada' },
  work: [{ name: 'Engines', position: 'Programmer' }],
  talks: [
    {
      title: 'On notes',
      date: '2025-05',
      url: 'https://example.com',
      description: 'A keynote',
      entity: 'StrangeLoop',
    },
    { name: 'A secret', startDate: '2024' },
  ],
  openSource: [{ name: 'A library', highlights: ['Fast'] }],
  meta: { site },
});

async function build(site: object) {
  await writeFile(file, JSON.stringify(resume(site)));
  const outDirectory = join(folder, 'site');
  const { warnings } = await buildSite({ resumeFile: file, outDirectory, pdf: false });
  return { warnings, read: (name: string) => readFile(join(outDirectory, name), 'utf8') };
}

test('appear in their order with a heading, in every text of the site', async () => {
  const { read, warnings } = await build({
    sections: ['talks', 'work', 'openSource'],
    labels: { talks: 'Stage' },
    private: ['talks[1]'],
    variants: [
      { name: 'Short', path: 'short', show: ['talks'] },
      { name: 'Plain', path: 'plain', show: ['work'] },
    ],
  });
  assert.doesNotMatch(warnings.join(), /warning:|does not show/);
  for (const name of ['index.html', 'resume.txt', 'resume.md']) {
    const text = await read(name);
    assert.match(
      text,
      /Stage[^]*On notes[^]*StrangeLoop[^]*A keynote[^]*Programmer[^]*Open source[^]*A library[^]*Fast/i,
      name,
    );
    assert.doesNotMatch(text, /A secret/, name);
  }
  const published = await read('resume.json');
  assert.match(published, /On notes/);
  assert.doesNotMatch(published, /A secret/);
  assert.match(await read('short.html'), /On notes/);
  assert.doesNotMatch(await read('short.html'), /A library|Programmer|A secret/);
  assert.doesNotMatch(await read('plain.html'), /On notes|A library/);
});

test('that are not listed come last, in each language its own; a list that is missing is an error', async () => {
  const german = join(folder, 'resume.de.json');
  await writeFile(german, '{ "basics": { "name": "Ada" }, "Lehre": ["Rechnen"] }');
  const { read } = await build({});
  // Another name for a section of JSON Resume is read as that section.
  assert.match(await read('index.html'), /Publications[^]*On notes/);
  assert.match(await read('de.html'), /Lehre[^]*Rechnen/);
  await rm(german);
  await writeFile(
    file,
    '{ "basics": { "name": "A" }, "patents": [], "meta": { "site": { "sections": ["patents"] } } }',
  );
  await loadResume(file);
  await writeFile(file, JSON.stringify(resume({ sections: ['patents'] })));
  await assert.rejects(loadResume(file), {
    message: /"patents", which is not a section[^]*a list of the same name at the top/,
  });
});
