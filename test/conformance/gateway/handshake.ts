import assert from 'node:assert/strict';
import { once } from 'node:events';
import WebSocket from 'ws';
import { Client, connect, disconnected, refused } from './client.ts';
import { chapter } from './fact.ts';
import { call } from './management-client.ts';
import { Wire, type Handshake } from './wire.ts';

const malformed: Record<string, Handshake> = {
  'no Sec-WebSocket-Key': { headers: { 'Sec-WebSocket-Key': undefined } },
  'a key that is not 16 bytes': { headers: { 'Sec-WebSocket-Key': 'c2hvcnQ=' } },
  'no version': { headers: { 'Sec-WebSocket-Version': undefined } },
  'version 12': { headers: { 'Sec-WebSocket-Version': '12' } },
  'another protocol': { headers: { Upgrade: 'h2c' } },
  'a malformed subprotocol': { headers: { 'Sec-WebSocket-Protocol': 'a,,b' } },
  'another method': { method: 'POST' },
};

export const handshake = chapter('the handshake', (fact) => {
  fact('the stage’s path → 101, without extensions even if the client offers one', async (stage) => {
    const headers = { 'Sec-WebSocket-Extensions': 'permessage-deflate; client_max_window_bits' };
    const head = await new Wire(stage.webSocketUrl, { headers }).head;
    assert.match(head, /^HTTP\/1\.1 101 /);
    assert.match(head, /sec-websocket-accept: s3pPLMBiTxaQ9kYGzzhZRbK\+xOo=/i);
    assert.doesNotMatch(head, /sec-websocket-extensions/i);
  });

  fact('the stage’s path with a trailing slash → 101', async (stage) => {
    await (await Client.open(`${stage.webSocketUrl}/`)).assertServed();
  });

  fact('any other path → 403 {"message":"Forbidden"}', async (stage) => {
    for (const path of ['/', '/prod', '/live/x', '/liver', '/LIVE', '//live']) {
      const answer = await refused(new URL(stage.webSocketUrl).origin + path);
      assert.equal(answer.statusCode, 403, path);
      assert.deepEqual(JSON.parse(answer.body), { message: 'Forbidden' });
    }
  });

  fact('the handshake stays pending until $connect answers; until then a post gets 410', async (stage) => {
    const release = stage.hold('$connect');
    const client = new Client(stage.webSocketUrl);
    const { connectionId } = (await stage.nextEvent('$connect')).requestContext;
    const early = await call(stage, { connectionId, body: 'too early' });
    assert.deepEqual([early.statusCode, early.errorType], [410, 'GoneException']);
    assert.equal(client.socket.readyState, WebSocket.CONNECTING);
    release();
    await once(client.socket, 'open');
    assert.equal((await call(stage, { connectionId, body: 'in time' })).statusCode, 200);
    assert.equal(await client.next(), 'in time');
  });

  for (const statusCode of [302, 400, 401, 403, 404, 429, 500, 503])
    fact(`$connect returns ${statusCode} → refused with ${statusCode}, without the body`, async (stage) => {
      stage.answer('$connect', { returns: { statusCode, body: 'secret' } });
      assert.deepEqual(await refused(stage.webSocketUrl), { statusCode, body: '' });
    });

  fact('$connect returns 204 → accepted, like any 2xx', async (stage) => {
    stage.answer('$connect', { returns: { statusCode: 204 } });
    await Client.open(stage.webSocketUrl);
  });

  fact(
    '$connect refuses and has a route response → its body is sent',
    { routes: ['$connect!'] },
    async (stage) => {
      stage.answer('$connect', { returns: { statusCode: 401, body: '{"why":"token"}' } });
      assert.equal((await refused(stage.webSocketUrl)).body, '{"why":"token"}');
    },
  );

  fact('$connect throws → 502', async (stage) => {
    stage.answer('$connect', { throws: 'boom' });
    const answer = await refused(stage.webSocketUrl);
    assert.equal(answer.statusCode, 502);
    assert.deepEqual(JSON.parse(answer.body), { message: 'Internal server error' });
  });

  fact('$connect returns something other than a proxy response → 502', async (stage) => {
    stage.answer('$connect', { returns: 'ok' });
    assert.equal((await refused(stage.webSocketUrl)).statusCode, 502);
  });

  fact('$connect takes longer than 29 s → 504', async (stage) => {
    stage.answer('$connect', { hangs: true });
    const answer = refused(stage.webSocketUrl);
    await stage.nextEvent('$connect');
    stage.advance(29_000);
    assert.equal((await answer).statusCode, 504);
  });

  fact('an API without $connect accepts every client', { routes: ['hello!'] }, async (stage) => {
    await (await Client.open(stage.webSocketUrl)).assertServed();
  });

  fact('$connect chooses the subprotocol', async (stage) => {
    const headers = { 'Sec-WebSocket-Protocol': 'second' };
    stage.answer('$connect', { returns: { statusCode: 200, headers } });
    const client = await Client.open(stage.webSocketUrl, {}, ['first', 'second']);
    assert.equal(client.socket.protocol, 'second');
  });

  fact('without a choice by $connect there is no subprotocol', async (stage) => {
    const head = await new Wire(stage.webSocketUrl, { headers: { 'Sec-WebSocket-Protocol': 'first' } }).head;
    assert.match(head, /^HTTP\/1\.1 101 /);
    assert.doesNotMatch(head, /sec-websocket-protocol/i);
  });

  fact('a refused client gets no $disconnect', async (stage) => {
    stage.answer('$connect', { returns: { statusCode: 403 } });
    await refused(stage.webSocketUrl);
    stage.answer('$connect', { returns: { statusCode: 200 } });
    await stage.nextEvent('$connect');
    const { client, connectionId } = await connect(stage);
    client.socket.close();
    assert.equal((await disconnected(stage)).connectionId, connectionId);
  });

  fact('a client that leaves while $connect runs gets a $disconnect once it is accepted', async (stage) => {
    const release = stage.hold('$connect');
    const wire = new Wire(stage.webSocketUrl);
    const { connectionId } = (await stage.nextEvent('$connect')).requestContext;
    wire.socket.resetAndDestroy();
    await wire.ended;
    release();
    const { code, ...left } = await disconnected(stage);
    assert.deepEqual([left.connectionId, code], [connectionId, 1006]);
  });

  fact('a plain HTTP request to the stage → 426', async (stage) => {
    const answer = await fetch(stage.webSocketUrl.replace('ws', 'http'));
    assert.equal(answer.status, 426);
    assert.deepEqual(await answer.json(), { message: 'Upgrade Required' });
  });

  for (const [name, request] of Object.entries(malformed))
    fact(`${name} → 400, without invoking a function`, async (stage) => {
      const wire = new Wire(`${stage.webSocketUrl}?bad`, request);
      assert.match(await wire.head, /^HTTP\/1\.1 400 /);
      await wire.ended;
      await Client.open(`${stage.webSocketUrl}?good`);
      assert.deepEqual((await stage.nextEvent('$connect')).queryStringParameters, { good: '' });
    });

  fact('a URL over 4,096 characters → 414', async (stage) => {
    const path = new URL(stage.webSocketUrl).pathname.length;
    await Client.open(`${stage.webSocketUrl}?${'x'.repeat(4096 - path - 1)}`);
    assert.equal((await refused(`${stage.webSocketUrl}?${'x'.repeat(4096 - path)}`)).statusCode, 414);
  });
});
