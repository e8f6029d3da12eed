import assert from 'node:assert/strict';
import { once } from 'node:events';
import { Client, connect, connectWire, disconnected } from './client.ts';
import { chapter } from './fact.ts';
import { call } from './management-client.ts';
import { CLOSE } from './wire.ts';

const MINUTE = 60_000;
const GOING_AWAY = { code: 1001, reason: 'Going away' };

export const lifetime = chapter('the end of a connection', (fact) => {
  fact('idle for 10 minutes → 1001 “Going away” on both sides', async (stage) => {
    const { client, connectionId } = await connect(stage);
    stage.advance(10 * MINUTE);
    assert.deepEqual(await client.closed, GOING_AWAY);
    assert.deepEqual(await disconnected(stage), { connectionId, ...GOING_AWAY });
  });

  fact('a message from the client keeps the connection alive', async (stage) => {
    const client = await Client.open(stage.webSocketUrl);
    for (let i = 0; i < 3; i += 1) {
      stage.advance(10 * MINUTE - 1);
      await client.assertServed();
    }
    stage.advance(10 * MINUTE);
    assert.equal((await client.closed).code, 1001);
  });

  fact('a message to the client keeps the connection alive', async (stage) => {
    const { client, connectionId } = await connect(stage);
    for (let i = 0; i < 3; i += 1) {
      stage.advance(10 * MINUTE - 1);
      assert.equal((await call(stage, { connectionId, body: 'news' })).statusCode, 200);
      assert.equal(await client.next(), 'news');
    }
    stage.advance(10 * MINUTE);
    assert.equal((await client.closed).code, 1001);
  });

  fact('a protocol-level ping does not keep the connection alive', async (stage) => {
    const client = await Client.open(stage.webSocketUrl);
    stage.advance(9 * MINUTE);
    client.socket.ping();
    await once(client.socket, 'pong');
    stage.advance(1 * MINUTE);
    assert.equal((await client.closed).code, 1001);
  });

  fact('open for two hours → 1001, even if it is busy', async (stage) => {
    const { client, connectionId } = await connect(stage);
    for (let minutes = 9; minutes < 120; minutes += 9) {
      stage.advance(9 * MINUTE);
      await client.assertServed();
    }
    stage.advance(3 * MINUTE);
    assert.deepEqual(await client.closed, GOING_AWAY);
    assert.deepEqual(await disconnected(stage), { connectionId, ...GOING_AWAY });
  });

  fact(
    'closed by the client without a code → 1005 “Client-side close frame status not set”',
    async (stage) => {
      const { client, connectionId } = await connect(stage);
      client.socket.close();
      const reason = 'Client-side close frame status not set';
      assert.deepEqual(await disconnected(stage), { connectionId, code: 1005, reason });
    },
  );

  fact('a client that vanishes → 1006', async (stage) => {
    const client = await Client.open(stage.webSocketUrl);
    client.socket.terminate();
    assert.equal((await disconnected(stage)).code, 1006);
  });

  fact('a client that vanishes within a frame → 1006', async (stage) => {
    const { wire } = await connectWire(stage);
    wire.socket.end(Buffer.from([0x81, 0xfe, 0x10]));
    assert.equal((await disconnected(stage)).code, 1006);
  });

  fact('a client that never answers the close frame still gets a $disconnect', async (stage) => {
    const { wire, connectionId } = await connectWire(stage);
    stage.advance(10 * MINUTE);
    assert.equal((await disconnected(stage)).connectionId, connectionId);
    assert.equal((await call(stage, { connectionId, body: 'late' })).statusCode, 410);
    const close = await wire.readFrame();
    assert.deepEqual([close.opcode, close.payload.readUInt16BE()], [CLOSE, 1001]);
  });

  fact('$disconnect comes once', async (stage) => {
    const { client: first, connectionId: one } = await connect(stage);
    const { client: second, connectionId: two } = await connect(stage);
    await call(stage, { method: 'DELETE', connectionId: one });
    first.socket.terminate();
    assert.equal((await disconnected(stage)).connectionId, one);
    stage.advance(20 * MINUTE);
    await second.closed;
    assert.equal((await disconnected(stage)).connectionId, two);
  });
});
