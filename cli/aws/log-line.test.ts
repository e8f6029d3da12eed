import assert from 'node:assert/strict';
import { test } from 'node:test';
import { formatLine } from './log-line.ts';

const timestamp = Date.UTC(2026, 10, 24, 15, 4, 5, 67);
for (const [what, text, expected] of [
  [
    'a line of ours',
    '{"timestamp":"x","level":"WARN","station":"broadcaster","message":"broadcast","rev":7,"reason":"3 × 403","_aws":{},"service":"b","FunctionName":"f","Posts":3}',
    'WARN  broadcast rev=7 reason=3 × 403 Posts=3',
  ],
  [
    'a line of Lambda itself',
    '{"time":"x","type":"platform.report","record":{"status":"timeout"}}',
    '       time=x type=platform.report record={"status":"timeout"}',
  ],
  ['no JSON', 'Segmentation fault', 'Segmentation fault'],
  ['a list', '[1]', '[1]'],
] as const) {
  test(what, () => {
    assert.equal(
      formatLine({ timestamp, station: 'broadcaster', text }),
      `2026-11-24 15:04:05.067 broadcaster ${expected}`,
    );
  });
}
