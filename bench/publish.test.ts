import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { withTables } from './publish.ts';
import type { Results } from './results.ts';
import { tablesOf } from './tables.ts';

test('replaces the rows between the marks and keeps the rest', () => {
  const document = 'before\n\n<!-- a -->\n\n| old |\n\n<!-- end of a -->\n\nafter\n';
  const table = [
    ['x', 'y'],
    ['1', '2'],
  ];
  const written = withTables(document, { a: table });
  assert.equal(
    written,
    'before\n\n<!-- a -->\n\n| x | y |\n|---|---|\n| 1 | 2 |\n\n<!-- end of a -->\n\nafter\n',
  );
  assert.equal(withTables(written, { a: table }), written);
  assert.throws(() => withTables(document, { b: [] }), /no place <!-- b -->/);
});

test('the documents show the figures of results/latest.json', async () => {
  const results = JSON.parse(await readFile('bench/results/latest.json', 'utf8')) as Results;
  for (const [path, tables] of Object.entries(tablesOf(results))) {
    const document = await readFile(path, 'utf8');
    assert.equal(withTables(document, tables), document, `${path}: npm run bench writes both`);
  }
});
