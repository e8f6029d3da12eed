import assert from 'node:assert/strict';
import { Client, connect } from './client.ts';
import { chapter } from './fact.ts';
import type { ReceivedEvent } from './target.ts';

const CONTEXT =
  'apiId connectedAt connectionId domainName eventType extendedRequestId identity messageDirection requestId requestTime requestTimeEpoch routeKey stage';
const HEADERS =
  'Host Origin Sec-WebSocket-Extensions Sec-WebSocket-Key Sec-WebSocket-Version X-Amzn-Trace-Id X-Forwarded-For X-Forwarded-Port X-Forwarded-Proto';

function assertKeys(value: object | undefined, ...names: string[]): void {
  assert.deepEqual(Object.keys(value ?? {}).toSorted(), names.join(' ').split(' ').toSorted());
}

function assertFields(
  event: ReceivedEvent,
  { top, context = [] }: { top: string[]; context?: string[] },
): void {
  assertKeys(event, 'isBase64Encoded', 'requestContext', ...top);
  assertKeys(event.requestContext, CONTEXT, ...context);
  assert.equal(event.isBase64Encoded, false);
}

export const events = chapter('events', (fact) => {
  fact(
    'CONNECT has exactly the documented fields, and those of the query only if there is one',
    async (stage) => {
      await Client.open(stage.webSocketUrl);
      await Client.open(`${stage.webSocketUrl}?visit=a&visit=b%20c`);
      const plain = await stage.nextEvent('$connect');
      const withQuery = await stage.nextEvent('$connect');
      const top = ['headers', 'multiValueHeaders'];
      assertFields(plain, { top });
      assertFields(withQuery, {
        top: [...top, 'multiValueQueryStringParameters', 'queryStringParameters'],
      });
      assert.deepEqual(withQuery.queryStringParameters, { visit: 'b c' });
      assert.deepEqual(withQuery.multiValueQueryStringParameters, { visit: ['a', 'b c'] });
    },
  );

  fact('CONNECT contains identity, time and stage', async (stage) => {
    const { event } = await connect(stage, { headers: { 'User-Agent': 'suite/1' } });
    const { routeKey, eventType, messageDirection, identity, ...context } = event.requestContext;
    assert.deepEqual([routeKey, eventType, messageDirection], ['$connect', 'CONNECT', 'IN']);
    assert.equal(context.stage, new URL(stage.webSocketUrl).pathname.slice(1));
    assert.equal(context.domainName, `${context.apiId}.execute-api.${stage.region}.amazonaws.com`);
    assertKeys(identity, 'sourceIp', 'userAgent');
    assert.equal(identity.userAgent, 'suite/1');
    assert.match(context.requestTime, /^\d\d\/[A-Z][a-z]{2}\/\d{4}:\d\d:\d\d:\d\d \+0000$/);
    assert.equal(context.extendedRequestId, context.requestId);
  });

  fact('CONNECT has the client’s headers and the gateway’s own', async (stage) => {
    const headers = { Origin: 'https://example.com', 'X-Forwarded-For': '203.0.113.9' };
    const { event } = await connect(stage, { headers });
    assertKeys(event.headers, HEADERS);
    assert.equal(event.headers?.['Origin'], 'https://example.com');
    assert.match(event.headers?.['X-Amzn-Trace-Id'] ?? '', /^Root=1-[0-9a-f]{8}-[0-9a-f]{24}$/);
    assert.deepEqual(event.multiValueHeaders?.['Origin'], ['https://example.com']);
  });

  fact('a client cannot forge its address: the gateway appends it to X-Forwarded-For', async (stage) => {
    const { event } = await connect(stage, { headers: { 'x-forwarded-for': '203.0.113.9' } });
    const { sourceIp } = event.requestContext.identity;
    assert.notEqual(sourceIp, '203.0.113.9');
    assert.equal(event.headers?.['X-Forwarded-For'], `203.0.113.9, ${sourceIp}`);
    assert.equal(event.headers?.['x-forwarded-for'], undefined);
  });

  fact('MESSAGE has exactly the documented fields, with a messageId and without headers', async (stage) => {
    const { client, event: connected } = await connect(stage);
    client.socket.send('{"action":"hello","text":"grüße"}');
    const event = await stage.nextEvent('hello');
    assertFields(event, { top: ['body'], context: ['messageId'] });
    assert.equal(event.body, '{"action":"hello","text":"grüße"}');
    const { eventType, connectionId, connectedAt, requestId } = event.requestContext;
    assert.equal(eventType, 'MESSAGE');
    assert.equal(connectionId, connected.requestContext.connectionId);
    assert.equal(connectedAt, connected.requestContext.connectedAt);
    assert.notEqual(requestId, connected.requestContext.requestId);
  });

  fact('DISCONNECT has the code, the reason and four headers; only Host has a value', async (stage) => {
    const { client, event: connected } = await connect(stage);
    client.socket.close(4001, 'bye');
    const event = await stage.nextEvent('$disconnect');
    const { domainName: Host, connectionId, identity, ...context } = event.requestContext;
    assertFields(event, {
      top: ['headers', 'multiValueHeaders'],
      context: ['disconnectReason', 'disconnectStatusCode'],
    });
    assert.deepEqual(event.headers, { Host, 'x-api-key': '', 'X-Forwarded-For': '', 'x-restapi': '' });
    assert.equal(context.eventType, 'DISCONNECT');
    assert.deepEqual([context.disconnectStatusCode, context.disconnectReason], [4001, 'bye']);
    assert.equal(connectionId, connected.requestContext.connectionId);
    assert.deepEqual(identity, connected.requestContext.identity);
  });

  fact('ids look like L0SM9cOFvHcCIhw= and are unique', async (stage) => {
    const ids = new Set<string>();
    for (let i = 0; i < 20; i += 1) {
      const { connectionId, requestId } = (await connect(stage)).event.requestContext;
      for (const id of [connectionId, requestId]) assert.match(id, /^[A-Za-z0-9_-]{15}=$/);
      ids.add(connectionId).add(requestId);
    }
    assert.equal(ids.size, 40);
  });
});
