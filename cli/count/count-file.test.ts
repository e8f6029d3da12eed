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
  days: [{ date: '2026-11-24', visits: 3, own: 1, bots: 0, editions: { de: 1 }, viewers: 2 }],
  links: [
    { id: 'acme-7f3kq2ma', label: 'Acme', visits: 1, createdAt: 1, firstVisitAt: 2, lastVisitAt: 3 },
    { id: 'ghost-7f3kq2ma', label: '<b>', edition: 'de', visits: 0, createdAt: 4 },
  ],
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
    `{"format":"cloud-resume-count","version":3,"id":"${COUNT.id}","exportedAt":"2026-11-24T15:00:00.000Z","count":1042,"remembered":2,"days":1,"links":2}`,
    '{"visit":"visit-one","until":1795618800}',
    '{"visit":"visit-two","until":1795618900}',
    '{"date":"2026-11-24","visits":3,"own":1,"bots":0,"editions":{"de":1},"viewers":2}',
    '{"id":"acme-7f3kq2ma","label":"Acme","visits":1,"createdAt":1,"firstVisitAt":2,"lastVisitAt":3}',
    '{"id":"ghost-7f3kq2ma","label":"<b>","edition":"de","visits":0,"createdAt":4}',
  ]);
});

for (const [what, text, message] of [
  ['an empty file', '', 'count.jsonl:1: the file is empty or has no complete line.'],
  ['a résumé', '{"basics":{}}\n', 'count.jsonl:1: it does not begin with {"format":"cloud-resume-count".'],
  ['other text', 'hello\n', 'count.jsonl:1: the line is not a JSON object.'],
  ['a newer version', headed({ version: 4 }), /^count\.jsonl:1: the file has version 4; .* version 3\.$/],
  ['a negative count', headed({ count: -1 }), 'count.jsonl:1: "count" is -1, but must be a whole number.'],
  ['a broken count', headed({ count: 1.5 }), /^count\.jsonl:1: "count" is 1\.5/],
  ['a missing count', headed({ count: undefined }), /^count\.jsonl:1: "count" is undefined/],
  ['an invalid id', headed({ id: 'a b' }), /^count\.jsonl:1: "id" is "a b"/],
  ['an invalid time', headed({ exportedAt: 'yesterday' }), /^count\.jsonl:1: "exportedAt" is "yesterday"/],
  [
    'a missing line',
    file(LINES.slice(0, 2)),
    /^count\.jsonl:1: it announces 2 remembered visits, but 1 follow/,
  ],
  ['an added line', file([...LINES, LINES[2]!.replace('two', 'six')]), /^count\.jsonl:1: .* but 3 follow/],
  ['a missing day', file(LINES.toSpliced(3, 1)), /^count\.jsonl:1: it announces 1 days, but 0 follow/],
  ['a truncated file', writeCount(COUNT).slice(0, -5), /^count\.jsonl:6: the line is incomplete/],
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
  ['an invalid day', file(LINES.with(3, '{"date":"2026-13-24"}')), /^count\.jsonl:4: "date" is/],
  [
    'a day without visits',
    file(LINES.with(3, '{"date":"2026-11-24"}')),
    /^count\.jsonl:4: "visits" is undefined/,
  ],
  [
    'a day without editions',
    file(LINES.with(3, LINES[3]!.replace(/"editions".*?},/, ''))),
    /^count\.jsonl:4: "editions" is undefined, but must hold whole numbers/,
  ],
  ['an invalid link', file(LINES.with(4, '{"id":"acme","label":"Acme"}')), /^count\.jsonl:5: "id" is "acme"/],
] as const) {
  test(`rejects ${what} with its line`, () => {
    assert.throws(() => readCount(text, 'count.jsonl'), { name: 'UserError', message });
  });
}
