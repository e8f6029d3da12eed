import assert from 'node:assert/strict';
import { Client, connect, refused } from './client.ts';
import { chapter } from './fact.ts';
import { call } from './management-client.ts';

export const throttling = chapter('throttling', (fact) => {
  const slow = {
    throttle: { rateLimit: 1, burstLimit: 3 },
    needs: ['time', 'limits'] as ('time' | 'limits')[],
  };

  fact(
    'a message over the stage’s throttle → {"message":"Too Many Requests",…}, and later messages work',
    slow,
    async (stage) => {
      const { client, connectionId } = await connect(stage);
      assert.equal(await client.ask('{"action":"hello"}'), 'hello');
      assert.equal(await client.ask('{"action":"hello"}'), 'hello');
      const { requestId, ...complaint } = JSON.parse(await client.ask('{"action":"hello"}'));
      assert.deepEqual(complaint, { message: 'Too Many Requests', connectionId });
      assert.match(requestId, /=$/);
      stage.advance(1000);
      assert.equal(await client.ask('{"action":"hello"}'), 'hello');
    },
  );

  fact('a handshake over the stage’s throttle → 429', slow, async (stage) => {
    for (let i = 0; i < 3; i += 1) await Client.open(stage.webSocketUrl);
    const answer = await refused(stage.webSocketUrl);
    assert.equal(answer.statusCode, 429);
    assert.deepEqual(JSON.parse(answer.body), { message: 'Too Many Requests' });
    stage.advance(1000);
    await Client.open(stage.webSocketUrl);
  });

  fact('$disconnect is not throttled', slow, async (stage) => {
    const clients = [];
    for (let i = 0; i < 3; i += 1) clients.push(await Client.open(stage.webSocketUrl));
    for (const client of clients) {
      client.socket.close();
      await stage.nextEvent('$disconnect');
    }
  });

  fact(
    'a handshake over the account’s rate of new connections → 429',
    { limits: { connectionRate: 2 }, needs: ['time', 'limits'] },
    async (stage) => {
      await Client.open(stage.webSocketUrl);
      await Client.open(stage.webSocketUrl);
      assert.equal((await refused(stage.webSocketUrl)).statusCode, 429);
      stage.advance(500);
      await Client.open(stage.webSocketUrl);
    },
  );

  fact(
    'posts count against the account’s throttle → 429 LimitExceededException',
    { limits: { accountRate: 1, accountBurst: 3 }, needs: ['time', 'limits'] },
    async (stage) => {
      const { client, connectionId } = await connect(stage);
      for (const body of ['one', 'two'])
        assert.equal((await call(stage, { connectionId, body })).statusCode, 200);
      const throttled = await call(stage, { connectionId, body: 'three' });
      assert.deepEqual([throttled.statusCode, throttled.errorType], [429, 'LimitExceededException']);
      assert.equal(
        JSON.parse(await (await client.next(), client.next(), client.ask('{"action":"hello"}'))).message,
        'Too Many Requests',
      );
    },
  );

  fact(
    'posts to a client that reads too slowly → 429 LimitExceededException; other clients are unaffected and nothing is lost',
    { limits: { accountBurst: 100_000 }, needs: ['limits'] },
    async (stage) => {
      const { client: slowClient, connectionId: slowId } = await connect(stage);
      const { client: quickClient, connectionId: quickId } = await connect(stage);
      slowClient.socket.pause();
      const body = 'x'.repeat(128 * 1024);
      let sent = 0;
      let answer = await call(stage, { connectionId: slowId, body });
      for (; answer.statusCode === 200; sent += 1) answer = await call(stage, { connectionId: slowId, body });
      assert.deepEqual([answer.statusCode, answer.errorType], [429, 'LimitExceededException']);
      assert.equal((await call(stage, { connectionId: quickId, body: 'quick' })).statusCode, 200);
      assert.equal(await quickClient.next(), 'quick');
      slowClient.socket.resume();
      for (let i = 0; i < sent; i += 1) assert.equal((await slowClient.next()).length, body.length);
      assert.equal((await call(stage, { connectionId: slowId, body: 'again' })).statusCode, 200);
      assert.equal(await slowClient.next(), 'again');
    },
  );

  fact(
    'a flood from one client is handled gradually, without losing a message',
    { limits: { concurrentMessages: 2, connectionShare: 1 }, needs: ['limits', 'hold'] },
    async (stage) => {
      const release = stage.hold('hello');
      const client = await Client.open(stage.webSocketUrl);
      for (let i = 0; i < 2000; i += 1) client.socket.send('{"action":"hello"}');
      await stage.nextEvent('hello');
      const other = await Client.open(stage.webSocketUrl);
      assert.equal(JSON.parse(await other.ask('{}')).message, 'Forbidden');
      release();
      for (let i = 0; i < 2000; i += 1) assert.equal(await client.next(), 'hello');
    },
  );
});
