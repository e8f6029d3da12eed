import assert from 'node:assert/strict';
import { assertComplains, Client, connect, HELLO } from './client.ts';
import { chapter } from './fact.ts';
import type { Answer } from './target.ts';

const OTHER_MESSAGES = [
  '{"action":"unknown"}',
  '{"other":1}',
  'not JSON',
  '{"action":"$connect"}',
  '{"action":"$disconnect"}',
  '',
];

const FAILURES: Record<string, Answer> = {
  'that throws': { throws: 'boom' },
  'that returns something other than a proxy response': { returns: { count: 1 } },
  'whose body is larger than 128 KB': { returns: { statusCode: 200, body: 'x'.repeat(131_073) } },
};

export const routes = chapter('routes', (fact) => {
  fact('a message’s action selects the route, and the handler’s body is the reply', async (stage) => {
    stage.answer('hello', { returns: { statusCode: 200, body: '{"count":1}' } });
    const client = await Client.open(stage.webSocketUrl);
    assert.equal(await client.ask(HELLO), '{"count":1}');
  });

  fact('a route without a route response sends no reply', async (stage) => {
    const client = await Client.open(stage.webSocketUrl);
    client.socket.send('{"action":"quiet"}');
    await stage.nextEvent('quiet');
    await client.assertServed();
  });

  fact('a handler that returns no body sends no reply', async (stage) => {
    stage.answer('empty', { returns: { statusCode: 200 } });
    const client = await Client.open(stage.webSocketUrl);
    client.socket.send('{"action":"empty"}');
    await stage.nextEvent('empty');
    await client.assertServed();
  });

  fact('the body is the reply for any status', async (stage) => {
    stage.answer('hello', { returns: { statusCode: 400, body: 'bad' } });
    const client = await Client.open(stage.webSocketUrl);
    assert.equal(await client.ask(HELLO), 'bad');
  });

  const withDefault = { routes: ['$connect', '$disconnect', '$default!'] };
  fact('any other message goes to $default', withDefault, async (stage) => {
    const client = await Client.open(stage.webSocketUrl);
    for (const body of OTHER_MESSAGES) {
      assert.equal(await client.ask(body), '$default');
      const event = await stage.nextEvent('$default');
      assert.deepEqual([event.body, event.requestContext.routeKey], [body, '$default']);
    }
  });

  fact(
    'without $default the reply is {"message":"Forbidden","connectionId":…,"requestId":…}',
    async (stage) => {
      const { client, connectionId } = await connect(stage);
      for (const body of OTHER_MESSAGES) assertComplains(await client.ask(body), 'Forbidden', connectionId);
      await client.assertServed();
    },
  );

  for (const [name, answer] of Object.entries(FAILURES))
    fact(
      `a handler ${name} → {"message":"Internal server error",…}; the connection stays open`,
      async (stage) => {
        stage.answer('hello', answer);
        const { client, connectionId } = await connect(stage);
        const requestId = assertComplains(await client.ask(HELLO), 'Internal server error', connectionId);
        assert.equal(requestId, (await stage.nextEvent('hello')).requestContext.requestId);
        stage.answer('hello', { returns: { statusCode: 200, body: 'works' } });
        assert.equal(await client.ask(HELLO), 'works');
      },
    );

  fact('a failing route sends an error even without a route response', async (stage) => {
    stage.answer('quiet', { throws: 'boom' });
    const client = await Client.open(stage.webSocketUrl);
    assert.equal(JSON.parse(await client.ask('{"action":"quiet"}')).message, 'Internal server error');
  });

  fact('a handler that takes longer than 29 s → Internal server error', async (stage) => {
    stage.answer('hello', { hangs: true });
    const { client, connectionId } = await connect(stage);
    client.socket.send(HELLO);
    await stage.nextEvent('hello');
    stage.advance(29_000);
    assertComplains(await client.next(), 'Internal server error', connectionId);
  });

  fact('messages of one connection are handled concurrently', async (stage) => {
    const release = stage.hold('slow');
    const client = await Client.open(stage.webSocketUrl);
    client.socket.send('{"action":"slow"}');
    await stage.nextEvent('slow');
    await client.assertServed();
    release();
    assert.equal(await client.next(), 'slow');
  });

  fact('a failing $disconnect affects no other client', async (stage) => {
    stage.answer('$disconnect', { throws: 'boom' });
    const client = await Client.open(stage.webSocketUrl);
    client.socket.close();
    await stage.nextEvent('$disconnect');
    await (await Client.open(stage.webSocketUrl)).assertServed();
  });
});
