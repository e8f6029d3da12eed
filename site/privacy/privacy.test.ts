/** The privacy page says what the settings mean, in both languages that have a text. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parse } from 'parse5';
import { privacyPage } from '../theme/page.ts';
import { privacyWords, type PrivacyFacts } from './words.ts';

const FACTS: PrivacyFacts = { logRetentionDays: 30, accessLogs: false, limitsAddresses: true, links: true };
const page = (tag: string, changes: Partial<PrivacyFacts> = {}) =>
  privacyPage(tag, { ...FACTS, ...changes }, '/', 'p{}', '');

for (const [what, changes, en, de] of [
  ['the days of the logs', { logRetentionDays: 7 }, /deleted after 7 days/, /nach 7 Tagen gelöscht/],
  ['that addresses are in no log', {}, /not written to any log/, /in kein Protokoll geschrieben/],
  [
    'that access logs are on',
    { accessLogs: true },
    /Access logs contain your address/,
    /Zugriffsprotokolle enthalten/,
  ],
  [
    'that addresses are not limited',
    { limitsAddresses: false },
    /in order to answer\. Your address is/,
    /antworten zu können\. Ihre Adresse wird/,
  ],
  ['that links are counted', {}, /<h2>Counted links<\/h2>/, /<h2>Gezählte Links<\/h2>/],
  [
    'nothing about links where they are off',
    { links: false },
    /^(?!.*(\?for=|the link))/s,
    /^(?!.*(\?for=|dem Link))/s,
  ],
] as const)
  test(`says ${what}`, () => {
    assert.match(page('en', changes), en);
    assert.match(page('de', changes), de);
  });

test('is valid HTML in the language of its text, links back, and has no counter', () => {
  for (const [tag, language] of [
    ['de-AT', 'de-AT'],
    ['en', 'en'],
    ['ja', 'en'],
    ['ar', 'en'],
  ] as const) {
    const problems: string[] = [];
    const html = page(tag);
    parse(html, { onParseError: ({ code }) => problems.push(code) });
    assert.deepEqual(problems, []);
    assert.match(html, new RegExp(`^<!doctype html><html lang="${language}">`));
    assert.match(html, /<a href="\/">/);
    assert.doesNotMatch(html, /counter-endpoint|data-counter/);
  }
});

test('both texts have the same sections', () => {
  for (const links of [true, false]) {
    const lengths = ['en', 'de'].map((tag) => privacyWords(tag).words.sections({ ...FACTS, links }).length);
    assert.deepEqual(lengths, links ? [6, 6] : [5, 5]);
  }
});
