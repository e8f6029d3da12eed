import assert from 'node:assert/strict';
import { test } from 'node:test';
import { withRow } from './report.ts';

const DOCUMENT = [
  'text',
  '| scenario | lost |',
  '|---|---|',
  '| Kills | 1 |',
  '<!-- end of scenarios -->',
  'more',
];

test('a row takes the place of the one that begins as it does', () => {
  const row = { table: 'scenarios', key: 'Kills', line: '| Kills | 0 |' };
  assert.equal(
    withRow(DOCUMENT.join('\n'), row),
    DOCUMENT.join('\n').replace('| Kills | 1 |', '| Kills | 0 |'),
  );
});

test('a new one comes last', () => {
  const row = { table: 'scenarios', key: 'Storms', line: '| Storms | 0 |' };
  assert.equal(withRow(DOCUMENT.join('\n'), row), DOCUMENT.toSpliced(4, 0, '| Storms | 0 |').join('\n'));
});

test('a document without the mark is refused', () => {
  assert.throws(
    () => withRow(DOCUMENT.join('\n'), { table: 'units', key: 'a', line: '| a |' }),
    /table of units/,
  );
});
