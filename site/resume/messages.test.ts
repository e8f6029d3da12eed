/**
 * messages.expected.txt holds every message about a résumé as the owner sees it.
 * To change messages: run `UPDATE_EXPECTED=1 node --import tsx --test site/resume/messages.test.ts` and read the diff.
 */
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { UserError } from '../../shared/user-error.ts';
import { loadResume } from './index.ts';

const EXPECTED = new URL('messages.expected.txt', import.meta.url);
const folder = mkdtempSync(join(tmpdir(), 'cloud-resume-messages-'));
after(() => rmSync(folder, { recursive: true }));

const named = (rest: string) => `{\n  "basics": { "name": "A" },\n${rest}\n}`;
const site = (settings: string) => named(`  "work": [{ "name": "B" }],\n  "meta": { "site": ${settings} }`);

const CASES: Record<string, { file?: string; text: string | Uint8Array }> = {
  fine: { text: named('  "work": []') },
  'comments and trailing commas': { text: '{ // me\n  "basics": { "name": "A" }, /* more\n later */\n}' },
  empty: { text: '' },
  'only whitespace': { text: ' \n\n' },
  'not UTF-8': { text: new Uint8Array([0x7b, 0xff, 0xfe, 0x7d]) },
  'no value': { text: '// nothing' },
  'prose instead of JSON': { text: 'Dear Sir or\u001bMadam' },
  'missing comma': { text: '{\n  "basics": {\n    "name": "A"\n    "label": "B"\n  }\n}' },
  'missing colon': { text: '{ "basics" { "name": "A" } }' },
  'missing value': { text: '{ "basics": { "name": } }' },
  'missing brace': { text: '{ "basics": { "name": "A" }' },
  'missing bracket': { text: '{ "work": [ { } ' },
  'unquoted key': { text: "{ basics: { 'name': 1 } }" },
  'unterminated text': { text: '{\n  "basics": { "name": "A }\n}' },
  'unterminated comment': { text: '{ "basics": { "name": "A" } } /* no end' },
  'bad escape': { text: String.raw`{ "basics": { "name": "C:\qwertz" } }` },
  'bad unicode escape': { text: String.raw`{ "basics": { "name": "\u12" } }` },
  'two values': { text: '{ "basics": { "name": "A" } } {}' },
  'tab in a text': { text: '{ "basics": { "name": "A\tB" } }' },
  'duplicate key': { text: '{\n  "basics": { "name": "A" },\n  "work": [],\n  "work": []\n}' },
  'a list instead of an object': { text: '["A"]' },
  'only null': { text: 'null' },
  '100,000 levels deep': { text: '['.repeat(100_000) },
  '101 levels deep': { text: named(`  "x-deep": ${'['.repeat(101)}${']'.repeat(101)}`) },
  'no name': { text: '{}' },
  'one language per key': { text: '{ "en": { "work": [] }, "de": { "work": [] } }' },
  'blank name': { text: '{ "basics": { "name": "  " } }' },
  'very long line': {
    text: `{ "basics": { "name": "A", "summary": "${'word '.repeat(200)}", "email": 7 } }`,
  },
  'wrong types': {
    text: '{\n  "basics": { "name": "A", "phone": 123, "location": "Porto", "summary": null },\n  "work": { "name": "B" },\n  "skills": [{ "keywords": "Go" }],\n  "languages": ["Dutch"]\n}',
  },
  'wrong formats': {
    text: '{\n  "basics": { "name": "A", "email": "a at b.example", "url": "example.com/me" },\n  "work": [{ "url": "my site", "startDate": "June 2020", "endDate": "Present" }]\n}',
  },
  'empty texts are ignored': {
    text: '{ "basics": { "name": "A", "email": "", "url": "", "image": "" }, "work": [{ "endDate": "", "url": "" }] }',
  },
  'impossible dates': {
    text: named(
      '  "work": [\n    { "startDate": "2013-19-39" },\n    { "startDate": "2023-02-29" },\n    { "startDate": "2024", "endDate": "2024-03" },\n    { "startDate": "2020-05", "endDate": "2019-12-31" }\n  ],\n  "awards": [{ "date": "2020-00" }]',
    ),
  },
  'unknown keys': {
    text: '{\n  "basics": { "name": "A", "picture": "a.png", "locaton": {} },\n  "wrok": [],\n  "work": [{ "company": "B", "website": "c", "highlight": [], "zzz": 1, "x-mine": 1 }],\n  "favouriteColour": "red"\n}',
  },
  'unsafe links': {
    text: named(
      '  "work": [{ "url": "javascript:alert(1)" }],\n  "projects": [{ "url": "file:///etc/passwd" }]',
    ),
  },
  'photo on another server': {
    text: '{ "basics": { "name": "A", "image": "https://gravatar.example/a.png" } }',
  },
  'photo missing': { text: '{ "basics": { "name": "A", "image": "me.jpg" } }' },
  'photo of an unsupported type': { text: '{ "basics": { "name": "A", "image": "../../etc/passwd" } }' },
  'photo: data URL without an image': { text: '{ "basics": { "name": "A", "image": "data:text/html,x" } }' },
  'last modified': { text: named('  "meta": { "lastModified": "yesterday" }') },
  'settings: not an object': { text: site('"en"') },
  'settings: misspelt': { text: site('{ "privat": ["work"], "colour": 3 }') },
  'settings: url': { text: site('{ "url": "example.com" }') },
  'settings: language': { text: site('{ "language": "English!" }') },
  'settings: language without labels': { text: site('{ "language": "tlh" }') },
  'settings: sections': { text: site('{ "sections": ["work", "skils", "work", 3] }') },
  'settings: sections is not a list': { text: site('{ "sections": "work" }') },
  'settings: labels': { text: site('{ "labels": { "work": "", "jobs": "Jobs" } }') },
  'settings: labels is not an object': { text: site('{ "labels": [] }') },
  'settings: private': {
    text: site('{ "private": ["basics.phone", "work[0].name", "work[3]", "a..b", 3] }'),
  },
  'settings: private is not a list': { text: site('{ "private": "basics.phone" }') },
  'settings: private name': { text: site('{ "private": ["basics"] }') },
  'settings: hue': { text: site('{ "hue": 400 }') },
  '30 errors': { text: named(`  "work": [\n${Array(30).fill('    { "name": 1 }').join(',\n')}\n  ]`) },
  'YAML, fine': {
    file: 'resume.yaml',
    text: 'basics:\n  name: A\nwork:\n  - name: B\n    startDate: 2024\n    endDate: 2024-06-01\n',
  },
  'YAML, broken': { file: 'resume.yaml', text: 'basics:\n  name: "A\nwork: []\n' },
  'YAML, aliases of aliases': {
    file: 'resume.yaml',
    text: `a: &a [x]\n${[...'bcdefghij'].map((key, i) => `${key}: &${key} [${Array(9).fill(`*${'abcdefghij'[i]}`).join(',')}]\n`).join('')}`,
  },
  'YAML, problems': {
    file: 'resume.yml',
    text: 'basics:\n  name: A\nwrok: []\nwork:\n  - name: [1]\n    startDate: 2024-13\n',
  },
};

/** As it is read, and with `--strict` where that says something else. */
async function messages(file: string, text: string | Uint8Array): Promise<string> {
  const path = join(folder, file);
  writeFileSync(path, text);
  const tolerant = await outcome(path, false);
  const strict = await outcome(path, true);
  return tolerant === strict ? tolerant : `${tolerant}\n\nStrict: ${strict}`;
}

async function outcome(path: string, strict: boolean): Promise<string> {
  const output = await loadResume(path, { strict }).then(
    ({ warnings }) => `builds\n${warnings}`,
    (error: unknown) => {
      if (!(error instanceof UserError)) throw error;
      return `does not build\n${error.message}\n${error.remedy}`;
    },
  );
  return output.replaceAll(folder, '').replaceAll('/resume', 'resume').trim();
}

const actual: string[] = [];
for (const [name, { file = 'resume.json', text }] of Object.entries(CASES)) {
  actual.push(`## ${name}\n\n${await messages(file, text)}\n`);
}
if (process.env['UPDATE_EXPECTED']) writeFileSync(EXPECTED, actual.join('\n'));
const expected = readFileSync(EXPECTED, 'utf8').split(/\n(?=## )/);

for (const [index, name] of Object.keys(CASES).entries()) {
  test(name, () => assert.equal(actual[index]!.trimEnd(), expected[index]?.trimEnd()));
}

test('every expected message has a case', () => assert.equal(expected.length, actual.length));

test('names a missing file and a folder', async () => {
  await assert.rejects(loadResume(join(folder, 'none.json')), /none\.json does not exist/);
  await assert.rejects(loadResume(folder), /is a folder/);
});

test('reads five megabytes, and not more', async () => {
  const entry = { name: 'B', summary: 'words '.repeat(80), highlights: Array(10).fill('more words') };
  const path = join(folder, 'large.json');
  writeFileSync(path, JSON.stringify({ basics: { name: 'A' }, work: Array(5000).fill(entry) }, null, 2));
  const { resume } = await loadResume(path);
  assert.equal(resume.work?.length, 5000);
  writeFileSync(path, Buffer.alloc(12_000_000, ' '));
  await assert.rejects(loadResume(path), /has 12 MB; the limit is 5 MB/);
});

test('rejects a name of 502 characters and accepts one of 500', async () => {
  const path = join(folder, 'long-name.json');
  const withName = (length: number) =>
    writeFileSync(path, JSON.stringify({ basics: { name: 'A\u0301'.repeat(length / 2) } }));
  withName(502);
  await assert.rejects(loadResume(path), /basics\.name has 50\d characters; a page has room for 500/);
  withName(500);
  assert.ok((await loadResume(path)).resume.basics?.name);
});
