import assert from 'node:assert/strict';
import { test } from 'node:test';
import { formatLine } from './logs.ts';

const timestamp = Date.UTC(2026, 10, 24, 15, 4, 5, 67);
for (const [what, text, expected] of [
  [
    'shows time, level, message and fields of our lines',
    '{"timestamp":"x","level":"WARN","component":"broadcaster","message":"broadcast","rev":7,"reason":"3 × 403","_aws":{},"service":"b","FunctionName":"f","Posts":3}',
    'WARN  broadcast rev=7 reason=3 × 403 Posts=3',
  ],
  [
    'shows what Lambda itself reports',
    '{"time":"x","type":"platform.report","record":{"status":"timeout"}}',
    '       time=x type=platform.report record={"status":"timeout"}',
  ],
  [
    'shows no control character of a user agent',
    String.raw`{"status":"403","userAgent":"\u001b]0;owned\u0007\u009b31m"}`,
    '       status=403 userAgent= ]0;owned  31m',
  ],
  ['shows text as it is', 'Segmentation fault', 'Segmentation fault'],
  ['shows other JSON as it is', '[1]', '[1]'],
] as const) {
  test(what, () => {
    assert.equal(
      formatLine({ timestamp, component: 'broadcaster', text }),
      `2026-11-24 15:04:05.067 broadcaster ${expected}`,
    );
  });
}
