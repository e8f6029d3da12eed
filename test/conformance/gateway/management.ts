import assert from 'node:assert/strict';
import { connect, connectWire, disconnected, HELLO } from './client.ts';
import { chapter } from './fact.ts';
import { call, sdkFor } from './management-client.ts';
import { CLOSE, clientFrame } from './wire.ts';

/** Fails unless the SDK rejects with this error. */
async function assertFails(promise: Promise<unknown>, name: string, status: number, about?: string) {
  const error = await promise.then(
    () => assert.fail('The call succeeded.'),
    (reason: Error & { $metadata?: { httpStatusCode?: number } }) => reason,
  );
  assert.deepEqual([error.name, error.$metadata?.httpStatusCode], [name, status], about);
}

const UNKNOWN = 'L0SM9cOFvHcCIhw=';

export const management = chapter('@connections', (fact) => {
  fact('POST → 200, and the client receives the text', async (stage) => {
    const { client, connectionId: ConnectionId } = await connect(stage);
    const Data = '{"count":42,"text":"grüße"}';
    const { $metadata } = await sdkFor(stage).postToConnection({ ConnectionId, Data });
    assert.equal($metadata.httpStatusCode, 200);
    assert.equal(await client.next(), Data);
  });

  fact('posts to one connection arrive in order', async (stage) => {
    const { client, connectionId: ConnectionId } = await connect(stage);
    const sdk = sdkFor(stage);
    for (let i = 0; i < 50; i += 1) await sdk.postToConnection({ ConnectionId, Data: String(i) });
    for (let i = 0; i < 50; i += 1) assert.equal(await client.next(), String(i));
  });

  fact('a post that is not UTF-8 arrives as text', async (stage) => {
    const { client, connectionId } = await connect(stage);
    await call(stage, { connectionId, body: Buffer.from([0x61, 0xff, 0x62]) });
    assert.equal(await client.next(), 'a\uFFFDb');
  });

  fact('GET → 200 with connectedAt, identity and lastActiveAt', async (stage) => {
    const connectedAt = stage.now();
    const { client, connectionId } = await connect(stage, { headers: { 'User-Agent': 'suite/1' } });
    stage.advance(60_000);
    await client.ask(HELLO);
    const answer = await call(stage, { method: 'GET', connectionId });
    assert.equal(answer.statusCode, 200);
    assert.deepEqual(JSON.parse(answer.body), {
      connectedAt: new Date(connectedAt).toISOString(),
      identity: { userAgent: 'suite/1', sourceIp: '127.0.0.1' },
      lastActiveAt: new Date(connectedAt + 60_000).toISOString(),
    });
  });

  fact('GET with the SDK → dates and identity', async (stage) => {
    const { connectionId: ConnectionId } = await connect(stage, { headers: { 'User-Agent': 'suite/1' } });
    const answer = await sdkFor(stage).getConnection({ ConnectionId });
    assert.ok(answer.ConnectedAt instanceof Date && answer.LastActiveAt instanceof Date);
    assert.equal(answer.Identity?.UserAgent, 'suite/1');
  });

  fact('DELETE → 204, the client is closed with 1000, and the connection is gone', async (stage) => {
    const { client, connectionId } = await connect(stage);
    const remove = () => sdkFor(stage).deleteConnection({ ConnectionId: connectionId });
    assert.equal((await remove()).$metadata.httpStatusCode, 204);
    assert.equal((await client.closed).code, 1000);
    const reason = 'Connection Closed Normally';
    assert.deepEqual(await disconnected(stage), { connectionId, code: 1000, reason });
    await assertFails(remove(), 'GoneException', 410);
  });

  fact('POST, GET and DELETE of a closed connection → 410 GoneException', async (stage) => {
    const { client, connectionId } = await connect(stage);
    client.socket.close();
    await stage.nextEvent('$disconnect');
    const sdk = sdkFor(stage);
    for (const ConnectionId of [connectionId, UNKNOWN]) {
      await assertFails(sdk.postToConnection({ ConnectionId, Data: 'x' }), 'GoneException', 410);
      await assertFails(sdk.getConnection({ ConnectionId }), 'GoneException', 410);
      await assertFails(sdk.deleteConnection({ ConnectionId }), 'GoneException', 410);
    }
  });

  fact('a client that has sent its close frame → 410, even while its socket is open', async (stage) => {
    const { wire, connectionId } = await connectWire(stage, { allowHalfOpen: true });
    wire.socket.write(clientFrame(CLOSE, Buffer.from([0x03, 0xe8])));
    assert.equal((await wire.readFrame()).opcode, CLOSE);
    assert.equal((await call(stage, { connectionId, body: 'late' })).statusCode, 410);
  });

  fact('an invalid id → 400 BadRequestException', async (stage) => {
    for (const ConnectionId of ['nonsense', `${UNKNOWN}test`, 'L0SM9cOFvHcCIh?=', '../../live/x====']) {
      const post = sdkFor(stage).postToConnection({ ConnectionId, Data: 'x' });
      await assertFails(post, 'BadRequestException', 400, ConnectionId);
    }
    const answer = await call(stage, { connectionId: `${UNKNOWN}test`, body: 'x' });
    assert.equal(JSON.parse(answer.body).message, `Invalid connectionId: ${UNKNOWN}test`);
  });

  fact('a post of 128 KB arrives as one message in frames of 32 KB', async (stage) => {
    const { wire, connectionId: ConnectionId } = await connectWire(stage);
    const Data = 'ab€'.repeat(26_214) + 'xx';
    assert.equal(Buffer.byteLength(Data), 131_072);
    await sdkFor(stage).postToConnection({ ConnectionId, Data });
    const frames = [];
    while (frames.length < 4) frames.push(await wire.readFrame());
    assert.equal(
      frames.map(({ opcode, fin }) => `${opcode} ${fin}`).join(),
      '1 false,0 false,0 false,0 true',
    );
    for (const { payload } of frames) assert.ok(payload.length <= 32_768);
    assert.equal(Buffer.concat(frames.map(({ payload }) => payload)).toString(), Data);
  });

  fact(
    'a post of 128 KB + 1 byte → 413 PayloadTooLargeException; the connection stays open',
    async (stage) => {
      const { client, connectionId: ConnectionId } = await connect(stage);
      const sdk = sdkFor(stage);
      for (const size of [131_073, 2_000_000]) {
        const post = sdk.postToConnection({ ConnectionId, Data: 'x'.repeat(size) });
        await assertFails(post, 'PayloadTooLargeException', 413);
      }
      await sdk.postToConnection({ ConnectionId, Data: 'small' });
      assert.equal(await client.next(), 'small');
    },
  );

  fact('the id in the path need not be encoded', async (stage) => {
    const { client, connectionId } = await connect(stage);
    const { pathname } = new URL(stage.managementEndpoint);
    for (const part of ['@connections', '%40connections']) {
      const path = `${pathname}/${part}/${connectionId}`;
      assert.equal((await call(stage, { path, body: part })).statusCode, 200);
      assert.equal(await client.next(), part);
    }
  });

  fact('a function may post to the connection whose message it is handling', async (stage) => {
    const { client, connectionId } = await connect(stage);
    const release = stage.hold('hello');
    client.socket.send(HELLO);
    await stage.nextEvent('hello');
    await call(stage, { connectionId, body: 'meanwhile' });
    assert.equal(await client.next(), 'meanwhile');
    release();
    assert.equal(await client.next(), 'hello');
  });
});
