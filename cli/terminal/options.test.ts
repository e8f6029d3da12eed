import assert from 'node:assert/strict';
import { test } from 'node:test';
import { duration, webOrigin, webUrl, wholeNumber } from './options.ts';

for (const [reader, valid, invalid] of [
  [wholeNumber('--port', 0, 65_535), { '0': 0, '65535': 65_535 }, ['65536', '-1', '1.5', '', '0x1', 'a']],
  [
    duration('--since'),
    { '90s': 90_000, '15m': 900_000, '1h': 3_600_000, '7d': 604_800_000 },
    ['', '1', 'h', '0h', '-1h', '1.5h', '1w', '9999999h'],
  ],
  [
    (text: string) => webUrl('URL')(text).href,
    { 'https://example.com/a?b': 'https://example.com/a?b' },
    ['example.com', 'ftp://example.com', ''],
  ],
  [
    webOrigin('--public-url'),
    { 'https://example.com/': 'https://example.com', 'http://[::1]:80': 'http://[::1]' },
    ['resume.example.com', 'ftp://example.com', 'https://example.com/cv', 'https://example.com/?a'],
  ],
] as const) {
  for (const [text, value] of Object.entries(valid))
    test(`reads ${text}`, () => assert.equal(reader(text), value));
  for (const text of invalid)
    test(`rejects ${JSON.stringify(text)}`, () =>
      assert.throws(() => reader(text), { name: 'UserError', message: / is ".*"\.$/, remedy: /^Give / }));
}
