import assert from 'node:assert/strict';
import { Client, connect } from './client.ts';
import { chapter } from './fact.ts';
import type { ReceivedEvent } from './target.ts';

const COMMON_FIELDS = [
  'apiId',
  'connectedAt',
  'connectionId',
  'domainName',
  'eventType',
  'extendedRequestId',
  'identity',
  'messageDirection',
  'requestId',
  'requestTime',
  'requestTimeEpoch',
  'routeKey',
  'stage',
];

function fields(event: ReceivedEvent): { top: string[]; context: string[] } {
  return { top: Object.keys(event).toSorted(), context: Object.keys(event.requestContext).toSorted() };
}

export const events = chapter('events', (fact) => {
  fact(
    'CONNECT has exactly the documented fields, and query fields only if there is a query',
    {},
    async (stage) => {
      await Client.open(stage.webSocketUrl);
      await Client.open(`${stage.webSocketUrl}?visit=a&visit=b%20c`);
      const plain = await stage.nextEvent('$connect');
      const withQuery = await stage.nextEvent('$connect');
      const top = ['headers', 'isBase64Encoded', 'multiValueHeaders', 'requestContext'];
      assert.deepEqual(fields(plain), { top, context: COMMON_FIELDS });
      const query = ['multiValueQueryStringParameters', 'queryStringParameters'];
      assert.deepEqual(fields(withQuery), { top: [...top, ...query].toSorted(), context: COMMON_FIELDS });
      assert.deepEqual(withQuery.queryStringParameters, { visit: 'b c' });
      assert.deepEqual(withQuery.multiValueQueryStringParameters, { visit: ['a', 'b c'] });
    },
  );

  fact('CONNECT contains identity, time and stage', {}, async (stage) => {
    await Client.open(stage.webSocketUrl, { headers: { 'User-Agent': 'suite/1' } });
    const { requestContext, isBase64Encoded } = await stage.nextEvent('$connect');
    assert.equal(isBase64Encoded, false);
    assert.equal(requestContext.routeKey, '$connect');
    assert.equal(requestContext['eventType'], 'CONNECT');
    assert.equal(requestContext['messageDirection'], 'IN');
    assert.equal(requestContext['stage'], new URL(stage.webSocketUrl).pathname.slice(1));
    assert.equal(
      requestContext['domainName'],
      `${String(requestContext['apiId'])}.execute-api.${stage.region}.amazonaws.com`,
    );
    assert.deepEqual(Object.keys(requestContext['identity'] as object).toSorted(), ['sourceIp', 'userAgent']);
    assert.equal((requestContext['identity'] as Record<string, string>)['userAgent'], 'suite/1');
    assert.match(String(requestContext['requestTime']), /^\d\d\/[A-Z][a-z]{2}\/\d{4}:\d\d:\d\d:\d\d \+0000$/);
    assert.equal(requestContext['extendedRequestId'], requestContext.requestId);
  });

  fact('CONNECT has the client’s headers and the gateway’s own', {}, async (stage) => {
    const headers = { Origin: 'https://example.com', 'X-Forwarded-For': '203.0.113.9' };
    await Client.open(stage.webSocketUrl, { headers });
    const event = await stage.nextEvent('$connect');
    assert.deepEqual(Object.keys(event.headers ?? {}).toSorted(), [
      'Host',
      'Origin',
      'Sec-WebSocket-Extensions',
      'Sec-WebSocket-Key',
      'Sec-WebSocket-Version',
      'X-Amzn-Trace-Id',
      'X-Forwarded-For',
      'X-Forwarded-Port',
      'X-Forwarded-Proto',
    ]);
    assert.equal(event.headers?.['Origin'], 'https://example.com');
    assert.match(event.headers?.['X-Amzn-Trace-Id'] ?? '', /^Root=1-[0-9a-f]{8}-[0-9a-f]{24}$/);
    assert.deepEqual(event.multiValueHeaders?.['Origin'], ['https://example.com']);
  });

  fact(
    'the gateway appends the client’s address to X-Forwarded-For, so a client cannot forge it',
    {},
    async (stage) => {
      await Client.open(stage.webSocketUrl, { headers: { 'x-forwarded-for': '203.0.113.9' } });
      const event = await stage.nextEvent('$connect');
      const { sourceIp } = event.requestContext['identity'] as Record<string, string>;
      assert.notEqual(sourceIp, '203.0.113.9');
      assert.equal(event.headers?.['X-Forwarded-For'], `203.0.113.9, ${sourceIp}`);
      assert.equal(event.headers?.['x-forwarded-for'], undefined);
    },
  );

  fact(
    'MESSAGE has exactly the documented fields, with a messageId and without headers',
    {},
    async (stage) => {
      const { client, event: connected } = await connect(stage);
      client.socket.send('{"action":"hello","text":"grüße"}');
      const event = await stage.nextEvent('hello');
      const top = ['body', 'isBase64Encoded', 'requestContext'];
      assert.deepEqual(fields(event), { top, context: [...COMMON_FIELDS, 'messageId'].toSorted() });
      assert.equal(event.body, '{"action":"hello","text":"grüße"}');
      assert.equal(event.requestContext['eventType'], 'MESSAGE');
      assert.equal(event.requestContext.connectionId, connected.requestContext.connectionId);
      assert.equal(event.requestContext['connectedAt'], connected.requestContext['connectedAt']);
      assert.notEqual(event.requestContext.requestId, connected.requestContext.requestId);
    },
  );

  fact(
    'DISCONNECT has the code, the reason and four headers, of which only Host has a value',
    {},
    async (stage) => {
      const { client, event: connected } = await connect(stage);
      client.socket.close(4001, 'bye');
      const event = await stage.nextEvent('$disconnect');
      const top = ['headers', 'isBase64Encoded', 'multiValueHeaders', 'requestContext'];
      const context = [...COMMON_FIELDS, 'disconnectReason', 'disconnectStatusCode'].toSorted();
      assert.deepEqual(fields(event), { top, context });
      assert.deepEqual(event.headers, {
        Host: event.requestContext['domainName'],
        'x-api-key': '',
        'X-Forwarded-For': '',
        'x-restapi': '',
      });
      assert.equal(event.requestContext['eventType'], 'DISCONNECT');
      assert.equal(event.requestContext['disconnectStatusCode'], 4001);
      assert.equal(event.requestContext['disconnectReason'], 'bye');
      assert.equal(event.requestContext.connectionId, connected.requestContext.connectionId);
      assert.deepEqual(event.requestContext['identity'], connected.requestContext['identity']);
    },
  );

  fact('ids look like L0SM9cOFvHcCIhw= and are unique', {}, async (stage) => {
    const ids = new Set<string>();
    for (let i = 0; i < 20; i += 1) {
      const { connectionId, requestId } = (await connect(stage)).event.requestContext;
      for (const id of [connectionId, requestId]) assert.match(id, /^[A-Za-z0-9_-]{15}=$/);
      ids.add(connectionId).add(requestId);
    }
    assert.equal(ids.size, 40);
  });
});
