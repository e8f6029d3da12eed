import assert from 'node:assert/strict';
import { test } from 'node:test';
import { displayFontParts } from './font-subset.ts';

const covered = async (text: string) =>
  (await displayFontParts(text, 'woff2')).map(({ characters }) => characters).sort();

test('a script that the font lacks gets no font, even with a zero-width non-joiner', async () => {
  assert.deepEqual(await covered('علی\u200cرضا'), []);
});

test('a name without ligatures gets no glyphs for them', async () => {
  const bytes = async (text: string) => (await displayFontParts(text, 'woff2'))[0]!.font.length;
  assert.ok((await bytes('Okafor Li')) < (await bytes('Okafor fi')));
});

test('a name in two scripts gets a part for each', async () => {
  assert.deepEqual(await covered('Ana Ана'), [' Aan', 'Аан']);
});
