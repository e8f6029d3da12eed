import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { createManualClock } from '../manual-clock.ts';
import { Integration, readProxyResponse } from './integration.ts';

const RESULT = { requestId: 'r', durationMs: 1 };

describe('a Lambda proxy response', () => {
  test('needs a status code and nothing else', () => {
    const outcome = readProxyResponse({ ...RESULT, payload: { statusCode: 200 } });
    assert.deepEqual(outcome, { kind: 'answered', statusCode: 200, headers: {}, body: '' });
  });

  test('may write the status code as text, as AWS lets it', () => {
    const outcome = readProxyResponse({ ...RESULT, payload: { statusCode: '403', body: 'no' } });
    assert.deepEqual(outcome, { kind: 'answered', statusCode: 403, headers: {}, body: 'no' });
  });

  test('may be in base64', () => {
    const payload = { statusCode: 200, body: Buffer.from('grüße').toString('base64'), isBase64Encoded: true };
    const outcome = readProxyResponse({ ...RESULT, payload });
    assert.equal(outcome.kind === 'answered' && outcome.body, 'grüße');
  });

  test('has its header names in lower case', () => {
    const payload = { statusCode: 200, headers: { 'Sec-WebSocket-Protocol': 'chat', Size: 3, Bad: {} } };
    const outcome = readProxyResponse({ ...RESULT, payload });
    assert.deepEqual(outcome.kind === 'answered' && outcome.headers, {
      'sec-websocket-protocol': 'chat',
      size: '3',
    });
  });

  const malformed = [
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
  ];
  for (const payload of malformed) {
    test(`${JSON.stringify(payload)} → 502`, () => {
      const outcome = readProxyResponse({ ...RESULT, payload });
      assert.equal(outcome.kind, 'failed');
      assert.equal(outcome.statusCode, 502);
    });
  }
});

describe('an integration', () => {
  const call = (invoke: () => Promise<never>, clock = createManualClock()) =>
    new Integration(invoke, clock, 29_000).call('updater', {});

  test('whose function failed → 502', () => {
    const functionError = { errorType: 'Error', errorMessage: 'boom' };
    const outcome = readProxyResponse({ ...RESULT, functionError });
    assert.deepEqual(outcome, { kind: 'failed', statusCode: 502, detail: 'Error: boom' });
  });

  test('whose function was throttled → 500', () => {
    const functionError = { errorType: 'TooManyRequestsException', errorMessage: 'Rate exceeded' };
    const outcome = readProxyResponse({ ...RESULT, functionError });
    assert.equal(outcome.statusCode, 500);
  });

  test('that cannot invoke at all → 500, never a rejection', async () => {
    const outcome = await call(() => Promise.reject(new Error('no such function')));
    assert.equal(outcome.statusCode, 500);
    const thrown = await call(() => {
      throw new Error('at once');
    });
    assert.equal(thrown.statusCode, 500);
  });

  test('that does not answer in time → 504, and no timer stays behind when it does', async () => {
    const clock = createManualClock();
    const late = call(() => new Promise(() => {}), clock);
    clock.advance(28_999);
    assert.deepEqual(clock.pending(), [1]);
    clock.advance(1);
    assert.equal((await late).statusCode, 504);
    await call(() => Promise.reject(new Error('early')), clock);
    assert.deepEqual(clock.pending(), []);
  });
});
