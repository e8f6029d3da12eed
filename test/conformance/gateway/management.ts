import assert from 'node:assert/strict';
import {
  DeleteConnectionCommand,
  GetConnectionCommand,
  PostToConnectionCommand,
} from '@aws-sdk/client-apigatewaymanagementapi';
import { connect, connectWire } from './client.ts';
import { chapter } from './fact.ts';
import { call, withSdk } from './management-client.ts';
import { CLOSE, clientFrame } from './wire.ts';

/** @returns the name and the status of the SDK's error */
async function failure(promise: Promise<unknown>): Promise<[name: string, status: number | undefined]> {
  const error = await promise.then(
    () => assert.fail('The call succeeded.'),
    (reason: Error & { $metadata?: { httpStatusCode?: number } }) => reason,
  );
  return [error.name, error.$metadata?.httpStatusCode];
}

const UNKNOWN = 'L0SM9cOFvHcCIhw=';

export const management = chapter('@connections', (fact) => {
  fact('POST → 200, and the client receives the text', {}, async (stage) => {
    const { client, connectionId } = await connect(stage);
    const Data = '{"count":42,"text":"grüße"}';
    const answer = await withSdk(stage, (sdk) =>
      sdk.send(new PostToConnectionCommand({ ConnectionId: connectionId, Data })),
    );
    assert.equal(answer.$metadata.httpStatusCode, 200);
    assert.equal(await client.next(), Data);
  });

  fact('posts to one connection arrive in order', {}, async (stage) => {
    const { client, connectionId } = await connect(stage);
    await withSdk(stage, async (sdk) => {
      for (let i = 0; i < 50; i += 1) {
        await sdk.send(new PostToConnectionCommand({ ConnectionId: connectionId, Data: String(i) }));
      }
    });
    for (let i = 0; i < 50; i += 1) assert.equal(await client.next(), String(i));
  });

  fact('a post that is not UTF-8 arrives as text', {}, async (stage) => {
    const { client, connectionId } = await connect(stage);
    await call(stage, { connectionId, body: Buffer.from([0x61, 0xff, 0x62]) });
    assert.equal(await client.next(), 'a\uFFFDb');
  });

  fact('GET → 200 with connectedAt, identity and lastActiveAt', { needs: ['time'] }, async (stage) => {
    const connectedAt = stage.now();
    const { client, connectionId } = await connect(stage, { headers: { 'User-Agent': 'suite/1' } });
    stage.advance(60_000);
    await client.ask('{"action":"hello"}');
    const answer = await call(stage, { method: 'GET', connectionId });
    assert.equal(answer.statusCode, 200);
    assert.deepEqual(JSON.parse(answer.body), {
      connectedAt: new Date(connectedAt).toISOString(),
      identity: { userAgent: 'suite/1', sourceIp: '127.0.0.1' },
      lastActiveAt: new Date(connectedAt + 60_000).toISOString(),
    });
  });

  fact('GET with the SDK → dates and identity', {}, async (stage) => {
    const { connectionId } = await connect(stage, { headers: { 'User-Agent': 'suite/1' } });
    const answer = await withSdk(stage, (sdk) =>
      sdk.send(new GetConnectionCommand({ ConnectionId: connectionId })),
    );
    assert.ok(answer.ConnectedAt instanceof Date && answer.LastActiveAt instanceof Date);
    assert.equal(answer.Identity?.UserAgent, 'suite/1');
  });

  fact('DELETE → 204, the client is closed with 1000, and the connection is gone', {}, async (stage) => {
    const { client, connectionId } = await connect(stage);
    await withSdk(stage, async (sdk) => {
      const answer = await sdk.send(new DeleteConnectionCommand({ ConnectionId: connectionId }));
      assert.equal(answer.$metadata.httpStatusCode, 204);
      assert.equal((await client.closed).code, 1000);
      const { requestContext } = await stage.nextEvent('$disconnect');
      assert.equal(requestContext['disconnectStatusCode'], 1000);
      assert.equal(requestContext['disconnectReason'], 'Connection Closed Normally');
      const gone = failure(sdk.send(new DeleteConnectionCommand({ ConnectionId: connectionId })));
      assert.deepEqual(await gone, ['GoneException', 410]);
    });
  });

  fact('POST, GET and DELETE of a closed connection → 410 GoneException', {}, async (stage) => {
    const { client, connectionId } = await connect(stage);
    client.socket.close();
    await stage.nextEvent('$disconnect');
    await withSdk(stage, async (sdk) => {
      for (const ConnectionId of [connectionId, UNKNOWN]) {
        for (const command of [
          new PostToConnectionCommand({ ConnectionId, Data: 'x' }),
          new GetConnectionCommand({ ConnectionId }),
          new DeleteConnectionCommand({ ConnectionId }),
        ]) {
          assert.deepEqual(await failure(sdk.send(command as PostToConnectionCommand)), [
            'GoneException',
            410,
          ]);
        }
      }
    });
  });

  fact('a client that has sent its close frame → 410, even while its socket is open', {}, async (stage) => {
    const { wire, connectionId } = await connectWire(stage, { allowHalfOpen: true });
    wire.socket.write(clientFrame(CLOSE, Buffer.from([0x03, 0xe8])));
    assert.equal((await wire.readFrame()).opcode, CLOSE);
    assert.equal((await call(stage, { connectionId, body: 'late' })).statusCode, 410);
    wire.socket.destroy();
  });

  fact('an invalid id → 400 BadRequestException', {}, async (stage) => {
    await withSdk(stage, async (sdk) => {
      for (const ConnectionId of ['nonsense', `${UNKNOWN}test`, 'L0SM9cOFvHcCIh?=', '../../live/x====']) {
        const post = sdk.send(new PostToConnectionCommand({ ConnectionId, Data: 'x' }));
        assert.deepEqual(await failure(post), ['BadRequestException', 400], ConnectionId);
      }
    });
    const answer = await call(stage, { connectionId: `${UNKNOWN}test`, body: 'x' });
    assert.equal(JSON.parse(answer.body).message, `Invalid connectionId: ${UNKNOWN}test`);
  });

  fact('a post of 128 KB arrives as one message in frames of 32 KB', {}, async (stage) => {
    const { wire, connectionId } = await connectWire(stage);
    const Data = 'ab€'.repeat(26_214) + 'xx';
    assert.equal(Buffer.byteLength(Data), 131_072);
    await withSdk(stage, (sdk) =>
      sdk.send(new PostToConnectionCommand({ ConnectionId: connectionId, Data })),
    );
    const frames = [];
    while (frames.length < 4) frames.push(await wire.readFrame());
    assert.deepEqual(
      frames.map(({ opcode, fin }) => [opcode, fin]),
      [
        [1, false],
        [0, false],
        [0, false],
        [0, true],
      ],
    );
    for (const { payload } of frames) assert.ok(payload.length <= 32_768);
    assert.equal(Buffer.concat(frames.map(({ payload }) => payload)).toString(), Data);
    wire.socket.destroy();
  });

  fact(
    'a post of 128 KB + 1 byte → 413 PayloadTooLargeException, and the connection stays open',
    {},
    async (stage) => {
      const { client, connectionId: ConnectionId } = await connect(stage);
      await withSdk(stage, async (sdk) => {
        for (const size of [131_073, 2_000_000]) {
          const post = sdk.send(new PostToConnectionCommand({ ConnectionId, Data: 'x'.repeat(size) }));
          assert.deepEqual(await failure(post), ['PayloadTooLargeException', 413]);
        }
        await sdk.send(new PostToConnectionCommand({ ConnectionId, Data: 'small' }));
      });
      assert.equal(await client.next(), 'small');
    },
  );

  fact('the id in the path need not be encoded', {}, async (stage) => {
    const { client, connectionId } = await connect(stage);
    const { pathname } = new URL(stage.managementEndpoint);
    for (const part of ['@connections', '%40connections']) {
      const path = `${pathname}/${part}/${connectionId}`;
      assert.equal((await call(stage, { path, body: part })).statusCode, 200);
      assert.equal(await client.next(), part);
    }
  });

  fact(
    'a function may post to the connection whose message it is handling',
    { needs: ['hold'] },
    async (stage) => {
      const { client, connectionId } = await connect(stage);
      const release = stage.hold('hello');
      client.socket.send('{"action":"hello"}');
      await stage.nextEvent('hello');
      await call(stage, { connectionId, body: 'meanwhile' });
      assert.equal(await client.next(), 'meanwhile');
      release();
      assert.equal(await client.next(), 'hello');
    },
  );
});
