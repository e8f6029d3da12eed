import assert from 'node:assert/strict';
import { test } from 'node:test';
import { findIn, readRules } from './prose.ts';

const rules = readRules('# a comment\nmend, mended: fix\nis none: is invalid\n');

test('finds listed words with their line, in any case and across a line break of a comment', () => {
  assert.deepEqual(findIn('fine\nMend it\n * an id that is\n * none', rules), [
    '2: "Mend". Write: fix',
    '3: "is none". Write: is invalid',
  ]);
});

test('leaves words alone that only contain a listed one', () => {
  assert.deepEqual(findIn('amendment, recommended, is nonetheless', rules), []);
});
