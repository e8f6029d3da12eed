import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  connectEvent,
  type ConnectionFacts,
  disconnectEvent,
  formatRequestTime,
  messageEvent,
} from './events.ts';

const CONNECTED_AT = Date.UTC(2023, 7, 17, 1, 26, 32, 753);
const FACTS: ConnectionFacts = {
  connectionId: 'Jx-TaE0_GjQCHlw=',
  apiId: 'aabbccdd',
  stage: 'prod',
  domainName: 'aabbccdd.execute-api.eu-central-1.amazonaws.com',
  identity: { userAgent: 'Mozilla/5.0', sourceIp: '192.0.2.1' },
  connectedAt: CONNECTED_AT,
};
const REQUEST = { requestId: 'PJqCOG4zqRcFcPw=', time: CONNECTED_AT + 10_000 };

const COMMON = {
  extendedRequestId: 'PJqCOG4zqRcFcPw=',
  requestTime: '17/Aug/2023:01:26:42 +0000',
  messageDirection: 'IN',
  stage: 'prod',
  connectedAt: CONNECTED_AT,
  requestTimeEpoch: CONNECTED_AT + 10_000,
  identity: { userAgent: 'Mozilla/5.0', sourceIp: '192.0.2.1' },
  requestId: 'PJqCOG4zqRcFcPw=',
  domainName: 'aabbccdd.execute-api.eu-central-1.amazonaws.com',
  connectionId: 'Jx-TaE0_GjQCHlw=',
  apiId: 'aabbccdd',
};

test('CONNECT without a query has no query fields', () => {
  const event = connectEvent(FACTS, REQUEST, { Host: ['a'] }, new URLSearchParams());
  assert.deepEqual(event, {
    headers: { Host: 'a' },
    multiValueHeaders: { Host: ['a'] },
    requestContext: { routeKey: '$connect', eventType: 'CONNECT', ...COMMON },
    isBase64Encoded: false,
  });
});

test('CONNECT: single-value maps hold the last value, multi-value maps all of them', () => {
  const query = new URLSearchParams('visit=1&visit=2&name=%C3%A4+b&empty');
  const event = connectEvent(FACTS, REQUEST, { Cookie: ['a=1', 'b=2'] }, query);
  assert.deepEqual(event.headers, { Cookie: 'b=2' });
  assert.deepEqual(event.multiValueHeaders, { Cookie: ['a=1', 'b=2'] });
  assert.deepEqual(event.queryStringParameters, { visit: '2', name: 'ä b', empty: '' });
  assert.deepEqual(event.multiValueQueryStringParameters, { visit: ['1', '2'], name: ['ä b'], empty: [''] });
});

test('MESSAGE has a messageId and the body, no headers', () => {
  const event = messageEvent(
    'hello',
    FACTS,
    { ...REQUEST, messageId: 'L0SNAcOFvHcCIhw=' },
    '{"action":"hello"}',
  );
  assert.deepEqual(event, {
    requestContext: { routeKey: 'hello', eventType: 'MESSAGE', ...COMMON, messageId: 'L0SNAcOFvHcCIhw=' },
    body: '{"action":"hello"}',
    isBase64Encoded: false,
  });
});

test('DISCONNECT has the four headers, the status code and the reason', () => {
  const event = disconnectEvent(FACTS, REQUEST, { code: 1001, reason: 'Going away' });
  const headers = { Host: FACTS.domainName, 'x-api-key': '', 'X-Forwarded-For': '', 'x-restapi': '' };
  assert.deepEqual(event, {
    headers,
    multiValueHeaders: {
      Host: [FACTS.domainName],
      'x-api-key': [''],
      'X-Forwarded-For': [''],
      'x-restapi': [''],
    },
    requestContext: {
      routeKey: '$disconnect',
      eventType: 'DISCONNECT',
      ...COMMON,
      disconnectStatusCode: 1001,
      disconnectReason: 'Going away',
    },
    isBase64Encoded: false,
  });
});

test('a request time is in UTC with two digits everywhere', () => {
  assert.equal(formatRequestTime(Date.UTC(2024, 1, 9, 8, 3, 5)), '09/Feb/2024:08:03:05 +0000');
});
