import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Timed } from '../processes/cloud.ts';
import { spansOf, type Condition } from './index.ts';
import { pointsOf, type PageMarks } from './marks.ts';
import { coldVisitPicture } from './picture.ts';

const page: PageMarks = {
  navigation: 1_000,
  response: 1_010,
  paint: 1_050,
  handshakeSent: 1_040,
  opened: 1_200,
  number: 1_230,
  messages: [
    { at: 1_229, text: '{"count":1,"viewers":1,"rev":0}' },
    { at: 1_260, text: '{"count":1,"viewers":1,"rev":1}' },
  ],
};
const log = (functionName: string, line: string) =>
  ({ type: 'log', functionName, requestId: undefined, line, at: 0 }) satisfies Timed;
const cloud: Timed[] = [
  log('cloud-resume-broadcaster', '{"started":9999,"initialised":9999}'),
  log('cloud-resume-updater', '{"level":"INFO"}'),
  log('cloud-resume-updater', '{"started":1100,"initialised":1110}'),
  { type: 'post', connectionId: 'C=', statusCode: 200, data: Buffer.from(page.messages[1]!.text), at: 0 },
];
const calls = [
  { operation: 'PutItem', sentAt: 1_120, answeredAt: 1_130 },
  { operation: 'BatchGetItem', sentAt: 1_121, answeredAt: 1_190 },
  { operation: 'UpdateItem', sentAt: 1_131, answeredAt: 1_150 },
  { operation: 'UpdateItem', sentAt: 1_210, answeredAt: 1_220 },
];

test('the points of a visit come from the page, the cloud and the database', () => {
  assert.deepEqual(pointsOf(page, cloud, calls), {
    response: 10,
    paint: 50,
    handshakeSent: 40,
    functionStarted: 100,
    initialised: 110,
    transactionSent: 120,
    transactionDone: 150,
    opened: 200,
    number: 230,
    broadcast: 260,
  });
});

test('a warm visit starts no function, and a missed broadcast has no time', () => {
  const points = pointsOf({ ...page, messages: [page.messages[0]!] }, cloud.slice(3), calls);
  assert.deepEqual([points.functionStarted, points.broadcast, points.number], [undefined, undefined, 230]);
});

test('the picture draws each variant up to its number and names the figures', () => {
  const spans = spansOf([pointsOf(page, cloud, calls), { ...pointsOf(page, cloud, calls), number: 300 }]);
  assert.deepEqual(spans.number, { p50: 230, p95: 300 });
  const variants = {
    'ours, cold': spans,
    'first design, cold': spans,
    'ours, warm': { number: spans.number! },
  };
  const condition: Condition = { name: 'here', visits: 2, variants };
  const picture = coldVisitPicture([condition]);
  assert.match(picture, /here: ours, cold 230 ms, first design, cold 230 ms, ours, warm 230 ms\./);
  assert.equal(picture.match(/class="part5" x="[\d.]+" y="[\d.]+" width="[\d.]+" height="18"/g)?.length, 3);
  assert.doesNotMatch(picture, /NaN|undefined|Infinity/);
});
