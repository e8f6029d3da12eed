import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readCount, writeCount, type Count } from './count-file.ts';

const SITE = '00000000-0000-4000-8000-000000000001';
const COUNT: Count = {
  exportedAt: '2026-11-24T15:00:00.000Z',
  counted: { [SITE]: 1_042 },
  remembered: new Map([
    ['visit-one', 1_795_618_800],
    ['visit-two', 1_795_618_900],
  ]),
};
const LINES = writeCount(COUNT).trimEnd().split('\n');
const file = (lines: string[]) => `${lines.join('\n')}\n`;
const headed = (changes: object) =>
  file([JSON.stringify({ ...(JSON.parse(LINES[0]!) as object), ...changes }), ...LINES.slice(1)]);

test('what is written is read again', () => {
  assert.deepEqual(readCount(writeCount(COUNT), 'count.jsonl'), COUNT);
});

test('the format is the documented one', () => {
  assert.deepEqual(LINES, [
    `{"format":"cloud-resume-count","version":1,"exportedAt":"2026-11-24T15:00:00.000Z","counted":{"${SITE}":1042},"remembered":2}`,
    '{"visit":"visit-one","until":1795618800}',
    '{"visit":"visit-two","until":1795618900}',
  ]);
});

for (const [what, text, message] of [
  ['an empty file', '', 'count.jsonl:1: it is empty or has no whole line.'],
  ['a résumé', '{"basics":{}}\n', 'count.jsonl:1: it does not begin with {"format":"cloud-resume-count".'],
  ['no JSON', 'hello\n', 'count.jsonl:1: the line is no JSON object.'],
  ['a newer version', headed({ version: 2 }), /^count\.jsonl:1: the file is of version 2; .* version 1\.$/],
  ['a negative count', headed({ counted: { [SITE]: -1 } }), /^count\.jsonl:1: "counted" gives .* -1 visits/],
  ['a broken count', headed({ counted: { [SITE]: 1.5 } }), /^count\.jsonl:1: "counted" gives .* 1\.5 visits/],
  ['counts in a list', headed({ counted: [1] }), /^count\.jsonl:1: "counted" must be an object/],
  ['a site that is none', headed({ counted: { 'a b': 1 } }), /^count\.jsonl:1: "counted" names "a b"/],
  ['no time', headed({ exportedAt: 'yesterday' }), /^count\.jsonl:1: "exportedAt" is "yesterday"/],
  ['a missing line', file(LINES.slice(0, 2)), /^count\.jsonl:1: it names 2 remembered visits, but 1 follow/],
  ['a line twice', file([...LINES, LINES[2]!.replace('two', 'six')]), /^count\.jsonl:1: .* but 3 follow/],
  ['a file cut off', writeCount(COUNT).slice(0, -5), /^count\.jsonl:3: the line is not complete/],
  [
    'a visit id that is none',
    file([...LINES.slice(0, 2), '{"visit":"?","until":1}']),
    /^count\.jsonl:3: "visit" is "\?"/,
  ],
  [
    'an expiry that is none',
    file([...LINES.slice(0, 2), '{"visit":"visit-two"}']),
    /^count\.jsonl:3: "until" is undefined/,
  ],
] as const) {
  test(`${what} is refused with its line`, () => {
    assert.throws(() => readCount(text, 'count.jsonl'), { name: 'UserError', message });
  });
}
