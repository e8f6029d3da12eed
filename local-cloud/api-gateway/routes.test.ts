/** What the conformance suite (test/conformance/gateway) cannot see or would need a stage each for. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createManualClock } from '../manual-clock.ts';
import { createIntegration, readProxyResponse, RouteTable } from './routes.ts';

function table(routeKeys: string[], routeSelectionExpression = '$request.body.action'): RouteTable {
  const routes = routeKeys.map((routeKey) => ({ routeKey, functionName: 'updater', routeResponse: false }));
  return new RouteTable({ apiId: 'a', stage: 'live', routeSelectionExpression, routes });
}

for (const [body, routeKey] of [
  ['{"action":"hello"}', 'hello'],
  ['{"action":7}', '7'],
  ['{"action":true}', 'true'],
  ['{"action":{"nested":"hello"}}', '$default'],
  ['{"action":null}', '$default'],
  ['"hello"', '$default'],
  ['null', '$default'],
  ['{"action":"$connect"}', '$default'],
  ['{"action":"__proto__"}', '$default'],
] as const) {
  test(`${body} selects ${routeKey}`, () => {
    const routes = table(['$connect', '$disconnect', '$default', 'hello', '7', 'true']);
    assert.equal(routes.ofMessage(body)?.routeKey, routeKey);
  });
}

test('a nested field can select the route, an inherited property cannot', () => {
  const nested = table(['go'], '$request.body.meta.action');
  assert.equal(nested.ofMessage('{"meta":{"action":"go"}}')?.routeKey, 'go');
  assert.equal(table(['function'], '$request.body.constructor').ofMessage('{}'), undefined);
});

test('an unsupported route selection expression is rejected', () => {
  assert.throws(() => table([], '${request.header.x}'), /does not support/);
});

for (const [payload, expected] of [
  [{ statusCode: 200 }, { statusCode: 200, headers: {}, body: '' }],
  [
    { statusCode: '403', body: 'no' },
    { statusCode: 403, headers: {}, body: 'no' },
  ],
  [
    { statusCode: 200, body: Buffer.from('grüße').toString('base64'), isBase64Encoded: true },
    { statusCode: 200, headers: {}, body: 'grüße' },
  ],
  [
    { statusCode: 200, headers: { 'Sec-WebSocket-Protocol': 'chat', Size: 3, Bad: {} } },
    { statusCode: 200, headers: { 'sec-websocket-protocol': 'chat', size: '3' }, body: '' },
  ],
] as const) {
  test(`proxy response ${JSON.stringify(payload)} is understood`, () =>
    assert.deepEqual(readProxyResponse({ durationMs: 1, payload }), { kind: 'answered', ...expected }));
}

for (const payload of [
  undefined,
  null,
  'ok',
  7,
  [],
  {},
  { statusCode: 'many' },
  { statusCode: 99 },
  { statusCode: 600 },
  { statusCode: 200.5 },
  { statusCode: 200, body: { count: 1 } },
  { statusCode: null },
]) {
  test(`proxy response ${JSON.stringify(payload)} is 502`, () =>
    assert.equal(readProxyResponse({ durationMs: 1, payload }).statusCode, 502));
}

test('a throttled function is 500, a failing one 502', () => {
  for (const [errorType, status] of [
    ['TooManyRequestsException', 500],
    ['Error', 502],
  ] as const) {
    const functionError = { errorType, errorMessage: 'x' };
    assert.equal(readProxyResponse({ durationMs: 1, functionError }).statusCode, status);
  }
});

test('an integration that rejects is 500, one that hangs is 504, and no timer is left behind', async () => {
  const clock = createManualClock();
  const rejecting = createIntegration(() => Promise.reject(new Error('no such function')), clock, 29_000);
  assert.equal((await rejecting('updater', {})).statusCode, 500);
  assert.deepEqual(clock.pending(), []);
  const hanging = createIntegration(() => new Promise(() => {}), clock, 29_000)('updater', {});
  clock.advance(29_000);
  assert.equal((await hanging).statusCode, 504);
});
