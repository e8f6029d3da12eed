import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { test } from 'node:test';
import { bundle } from './bundle.ts';

const ENTRY = 'contract/messages.ts';
// No other bundle has these options.
const OPTIONS = { format: 'iife', globalName: 'bundleTest' } as const;
const key = createHash('sha256')
  .update(JSON.stringify([ENTRY, OPTIONS]))
  .digest('hex');
const KEPT = new URL(`../.cache/bundles/${key}.json`, import.meta.url);

test('a bundle that is damaged in the cache is built again', async (t) => {
  t.after(() => rm(KEPT, { force: true }));
  await mkdir(dirname(KEPT.pathname), { recursive: true });
  const code = (await bundle(ENTRY, OPTIONS)).toString();
  assert.match(code, /bundleTest/);
  for (const damaged of ['', 'null', '{}', '{"inputs":{}}', '{"inputs":{},"code":7}']) {
    await writeFile(KEPT, damaged);
    assert.equal((await bundle(ENTRY, OPTIONS)).toString(), code, damaged);
    assert.equal((JSON.parse(await readFile(KEPT, 'utf8')) as { code: string }).code, code);
  }
});
