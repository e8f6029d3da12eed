import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readCount, writeCount, type Count } from './count-file.ts';

const COUNT: Count = {
  id: '00000000-0000-4000-8000-000000000001',
  exportedAt: '2026-11-24T15:00:00.000Z',
  count: 1_042,
  remembered: new Map([
    ['visit-one', 1_795_618_800],
    ['visit-two', 1_795_618_900],
  ]),
};
const LINES = writeCount(COUNT).trimEnd().split('\n');
const file = (lines: string[]) => `${lines.join('\n')}\n`;
const headed = (changes: object) =>
  file([JSON.stringify({ ...(JSON.parse(LINES[0]!) as object), ...changes }), ...LINES.slice(1)]);

test('reads what it writes', () => {
  assert.deepEqual(readCount(writeCount(COUNT), 'count.jsonl'), COUNT);
});

test('writes the documented format', () => {
  assert.deepEqual(LINES, [
    `{"format":"cloud-resume-count","version":2,"id":"${COUNT.id}","exportedAt":"2026-11-24T15:00:00.000Z","count":1042,"remembered":2}`,
    '{"visit":"visit-one","until":1795618800}',
    '{"visit":"visit-two","until":1795618900}',
  ]);
});

test('reads version 1, which had a count for each counter, always with the same id', () => {
  const header = `{"format":"cloud-resume-count","version":1,"exportedAt":"2026-11-24T15:00:00.000Z","counted":{"site-one":1000,"site-two":42},"remembered":2}`;
  const old = file([header, ...LINES.slice(1)]);
  const { id, ...count } = readCount(old, 'count.jsonl');
  const { id: _, ...expected } = COUNT;
  assert.deepEqual(count, expected);
  assert.equal(readCount(old, 'count.jsonl').id, id);
  assert.notEqual(readCount(old.replace('1000', '1001'), 'count.jsonl').id, id);
});

for (const [what, text, message] of [
  ['an empty file', '', 'count.jsonl:1: the file is empty or has no complete line.'],
  ['a résumé', '{"basics":{}}\n', 'count.jsonl:1: it does not begin with {"format":"cloud-resume-count".'],
  ['other text', 'hello\n', 'count.jsonl:1: the line is not a JSON object.'],
  [
    'a newer version',
    headed({ version: 3 }),
    /^count\.jsonl:1: the file has version 3; .* versions 1 and 2\.$/,
  ],
  ['a negative count', headed({ count: -1 }), 'count.jsonl:1: "count" is -1, but must be a whole number.'],
  ['a broken count', headed({ count: 1.5 }), /^count\.jsonl:1: "count" is 1\.5/],
  ['a missing count', headed({ count: undefined }), /^count\.jsonl:1: "count" is undefined/],
  ['counts in a list', headed({ version: 1, counted: ['1'] }), /^count\.jsonl:1: "counted" is \["1"\]/],
  ['an invalid id', headed({ id: 'a b' }), /^count\.jsonl:1: "id" is "a b"/],
  ['an invalid time', headed({ exportedAt: 'yesterday' }), /^count\.jsonl:1: "exportedAt" is "yesterday"/],
  [
    'a missing line',
    file(LINES.slice(0, 2)),
    /^count\.jsonl:1: it announces 2 remembered visits, but 1 follow/,
  ],
  ['an added line', file([...LINES, LINES[2]!.replace('two', 'six')]), /^count\.jsonl:1: .* but 3 follow/],
  ['a truncated file', writeCount(COUNT).slice(0, -5), /^count\.jsonl:3: the line is incomplete/],
  [
    'an invalid visit id',
    file([...LINES.slice(0, 2), '{"visit":"?","until":1}']),
    /^count\.jsonl:3: "visit" is "\?"/,
  ],
  [
    'a missing expiry',
    file([...LINES.slice(0, 2), '{"visit":"visit-two"}']),
    /^count\.jsonl:3: "until" is undefined/,
  ],
] as const) {
  test(`rejects ${what} with its line`, () => {
    assert.throws(() => readCount(text, 'count.jsonl'), { name: 'UserError', message });
  });
}
