import assert from 'node:assert/strict';
import { test } from 'node:test';
import { withRow } from './report-table.ts';

const LINES = ['text', '| attack | lost |', '|---|---|', '| Kills | 1 |', '<!-- end of attacks -->', 'more'];
const DOCUMENT = LINES.join('\n');

test('a row replaces the one with the same key', () => {
  const row = { table: 'attacks', key: 'Kills', line: '| Kills | 0 |' };
  assert.equal(withRow(DOCUMENT, row), DOCUMENT.replace('| Kills | 1 |', '| Kills | 0 |'));
});

test('a new row comes last', () => {
  const row = { table: 'attacks', key: 'Storms', line: '| Storms | 0 |' };
  assert.equal(withRow(DOCUMENT, row), LINES.toSpliced(4, 0, '| Storms | 0 |').join('\n'));
});

test('a document without the mark is rejected', () => {
  assert.throws(() => withRow(DOCUMENT, { table: 'units', key: 'a', line: '| a |' }), /end of units/);
});
