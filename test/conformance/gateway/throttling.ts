import assert from 'node:assert/strict';
import { assertComplains, Client, connect, HELLO, refused } from './client.ts';
import { chapter } from './fact.ts';
import { call } from './management-client.ts';

const TOO_MANY = 'Too Many Requests';

export const throttling = chapter('throttling', (fact) => {
  const slow = { throttle: { rateLimit: 1, burstLimit: 3 } };

  fact('a message over the stage’s throttle → {"message":"Too Many Requests",…}', slow, async (stage) => {
    const { client, connectionId } = await connect(stage);
    await client.assertServed();
    await client.assertServed();
    assertComplains(await client.ask(HELLO), TOO_MANY, connectionId);
    stage.advance(1000);
    await client.assertServed();
  });

  fact('a handshake over the stage’s throttle → 429', slow, async (stage) => {
    for (let i = 0; i < 3; i += 1) await Client.open(stage.webSocketUrl);
    const answer = await refused(stage.webSocketUrl);
    assert.equal(answer.statusCode, 429);
    assert.deepEqual(JSON.parse(answer.body), { message: TOO_MANY });
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

  const newConnections = { limits: { connectionRate: 2 } };
  fact('a handshake over the account’s rate of new connections → 429', newConnections, async (stage) => {
    await Client.open(stage.webSocketUrl);
    await Client.open(stage.webSocketUrl);
    assert.equal((await refused(stage.webSocketUrl)).statusCode, 429);
    stage.advance(500);
    await Client.open(stage.webSocketUrl);
  });

  const account = { limits: { accountRate: 1, accountBurst: 3 } };
  fact('posts count against the account’s throttle → 429 LimitExceededException', account, async (stage) => {
    const { client, connectionId } = await connect(stage);
    for (const body of ['one', 'two']) {
      assert.equal((await call(stage, { connectionId, body })).statusCode, 200);
      assert.equal(await client.next(), body);
    }
    const throttled = await call(stage, { connectionId, body: 'three' });
    assert.deepEqual([throttled.statusCode, throttled.errorType], [429, 'LimitExceededException']);
    assertComplains(await client.ask(HELLO), TOO_MANY, connectionId);
  });

  const posts = { limits: { accountBurst: 100_000 } };
  fact(
    'posts to a slow reader → 429 LimitExceededException; nothing is lost, others get theirs',
    posts,
    async (stage) => {
      const slowReader = await connect(stage);
      const other = await connect(stage);
      slowReader.client.socket.pause();
      const post = ({ connectionId }: typeof other, body: string) => call(stage, { connectionId, body });
      const body = 'x'.repeat(128 * 1024);
      let sent = 0;
      let answer = await post(slowReader, body);
      for (; answer.statusCode === 200; sent += 1) answer = await post(slowReader, body);
      assert.deepEqual([answer.statusCode, answer.errorType], [429, 'LimitExceededException']);
      assert.equal((await post(other, 'quick')).statusCode, 200);
      assert.equal(await other.client.next(), 'quick');
      slowReader.client.socket.resume();
      for (let i = 0; i < sent; i += 1) assert.equal((await slowReader.client.next()).length, body.length);
      assert.equal((await post(slowReader, 'again')).statusCode, 200);
      assert.equal(await slowReader.client.next(), 'again');
    },
  );

  const flood = { limits: { concurrentMessages: 2, connectionShare: 1 } };
  fact('a flood from one client is handled gradually, without losing a message', flood, async (stage) => {
    const release = stage.hold('hello');
    const client = await Client.open(stage.webSocketUrl);
    for (let i = 0; i < 2000; i += 1) client.socket.send(HELLO);
    await stage.nextEvent('hello');
    const other = await Client.open(stage.webSocketUrl);
    assert.equal(JSON.parse(await other.ask('{}')).message, 'Forbidden');
    release();
    for (let i = 0; i < 2000; i += 1) assert.equal(await client.next(), 'hello');
  });
});
