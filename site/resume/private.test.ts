import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { buildSite } from '../builder/index.ts';
import { temporaryFolder } from '../testing/temporary-folder.ts';
import { merged } from './private.ts';

const folder = await temporaryFolder();
const resumeFile = join(folder, 'resume.json');
await writeFile(
  resumeFile,
  JSON.stringify({
    basics: { name: 'A', phone: '+1', location: { city: 'Porto' } },
    meta: { site: { private: ['basics.phone'] } },
  }),
);
await writeFile(
  join(folder, 'resume.private.json'),
  JSON.stringify({
    basics: { phone: '+2 secret', location: { address: 'Secret Street' } },
    references: ['Secret Person'],
  }),
);

test('resume.private.json is only in builds that ask for it', async () => {
  for (const withPrivate of [false, true]) {
    const outDirectory = join(folder, String(withPrivate));
    const { contents, warnings } = await buildSite({ resumeFile, outDirectory, pdf: false, withPrivate });
    const text = contents.get('resume.txt')!.toString();
    for (const secret of ['+2 secret', 'Secret Street', 'Secret Person'])
      assert.equal(text.includes(secret), withPrivate, secret);
    assert.ok(text.includes('Porto'));
    assert.equal(/this build contains resume\.private\.json/.test(warnings.join()), withPrivate);
    if (withPrivate) continue;
    for (const content of contents.values()) assert.doesNotMatch(content.toString(), /secret/i);
  }
});

test('git ignores it', async () => {
  assert.match(await readFile('.gitignore', 'utf8'), /^\*\.private\.json$/m);
});

test('objects are merged and lists replaced', () => {
  assert.deepEqual(merged({ a: { b: 1, c: [1, 2] } }, { a: { c: [3], d: 4 } }), {
    a: { b: 1, c: [3], d: 4 },
  });
});
