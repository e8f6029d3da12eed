import assert from 'node:assert/strict';
import WebSocket from 'ws';
import { connect, refused } from './client.ts';
import { chapter } from './fact.ts';

export const shutdown = chapter('shutdown', (fact) => {
  fact(
    'every client is closed with 1001 and gets a $disconnect before the gateway stops',
    { needs: ['shutdown'] },
    async (stage) => {
      const clients = [];
      const ids = new Set<string>();
      for (let i = 0; i < 5; i += 1) {
        const { client, connectionId } = await connect(stage);
        clients.push(client);
        ids.add(connectionId);
      }
      await stage.shutDown();
      for (const client of clients) assert.equal((await client.closed).code, 1001);
      for (const _ of clients) ids.delete((await stage.nextEvent('$disconnect')).requestContext.connectionId);
      assert.equal(ids.size, 0);
    },
  );

  fact(
    'a $disconnect that hangs does not prevent the stop',
    { needs: ['shutdown', 'time'] },
    async (stage) => {
      stage.answer('$disconnect', { hangs: true });
      const { client } = await connect(stage);
      const stopped = stage.shutDown();
      await client.closed;
      stage.advance(5_000);
      await stopped;
    },
  );

  fact(
    'a handshake that is pending → 503, and $disconnect follows $connect',
    { needs: ['shutdown', 'hold'] },
    async (stage) => {
      const release = stage.hold('$connect');
      const answer = refused(stage.webSocketUrl);
      const { connectionId } = (await stage.nextEvent('$connect')).requestContext;
      const stopped = stage.shutDown();
      release();
      assert.equal((await answer).statusCode, 503);
      assert.equal((await stage.nextEvent('$disconnect')).requestContext.connectionId, connectionId);
      await stopped;
    },
  );

  fact(
    'a handshake that arrives during or after the shutdown → 503',
    { needs: ['shutdown', 'hold'] },
    async (stage) => {
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
    },
  );
});
