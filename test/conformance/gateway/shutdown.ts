import assert from 'node:assert/strict';
import WebSocket from 'ws';
import { connect, disconnected, refused } from './client.ts';
import { chapter } from './fact.ts';

export const shutdown = chapter('shutdown', (fact) => {
  fact('every client is closed with 1001 and gets a $disconnect before the gateway stops', async (stage) => {
    const open = [];
    for (let i = 0; i < 5; i += 1) open.push(await connect(stage));
    await stage.shutDown();
    for (const { client } of open) assert.equal((await client.closed).code, 1001);
    const left = new Set<string>();
    for (const _ of open) left.add((await disconnected(stage)).connectionId);
    assert.deepEqual(left, new Set(open.map(({ connectionId }) => connectionId)));
  });

  fact('a $disconnect that hangs does not prevent the stop', async (stage) => {
    stage.answer('$disconnect', { hangs: true });
    const { client } = await connect(stage);
    const stopped = stage.shutDown();
    await client.closed;
    stage.advance(5_000);
    await stopped;
  });

  fact('a handshake that is pending → 503, and $disconnect follows $connect', async (stage) => {
    const release = stage.hold('$connect');
    const answer = refused(stage.webSocketUrl);
    const { connectionId } = (await stage.nextEvent('$connect')).requestContext;
    const stopped = stage.shutDown();
    release();
    assert.equal((await answer).statusCode, 503);
    assert.equal((await disconnected(stage)).connectionId, connectionId);
    await stopped;
  });

  fact('a handshake that arrives during or after the shutdown → 503', async (stage) => {
    const { client } = await connect(stage);
    const release = stage.hold('$disconnect');
    const steps: string[] = [];
    const stopped = stage.shutDown().then(() => steps.push('stopped'));
    await stage.nextEvent('$disconnect');
    assert.equal((await refused(stage.webSocketUrl)).statusCode, 503);
    steps.push('$disconnect released');
    release();
    await stopped;
    assert.deepEqual(steps, ['$disconnect released', 'stopped']);
    assert.notEqual(client.socket.readyState, WebSocket.OPEN);
    assert.equal((await refused(stage.webSocketUrl)).statusCode, 503);
  });
});
