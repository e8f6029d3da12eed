import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { withTables } from './publish.ts';
import { readResults } from './results.ts';
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
  for (const [path, tables] of Object.entries(tablesOf(await readResults('latest')))) {
    const document = await readFile(path, 'utf8');
    assert.equal(withTables(document, tables), document, `${path}: npm run bench writes both`);
  }
});
