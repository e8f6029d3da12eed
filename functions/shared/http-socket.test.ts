import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer as createSecureServer } from 'node:https';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { test, type TestContext } from 'node:test';
import type { TLSSocket } from 'node:tls';
import { createCertificate } from '../../test/infra/tls-front.ts';
import { temporaryFolder } from '../../test/support/temporary-folder.ts';
import { missingPrograms } from '../../test/support/tools.ts';
import { createHttp } from './http.ts';

const ENVIRONMENT = { AWS_ACCESS_KEY_ID: 'AKID', AWS_SECRET_ACCESS_KEY: 'secret', AWS_REGION: 'us-east-1' };
const REQUEST = { method: 'POST', path: '/', headers: {}, body: '{}', timeoutMs: 3_000 } as const;
const EMPTY = 'HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n';

/** A client of a server that answers each request as `answer` does. */
async function serve(t: TestContext, answer: (socket: Socket) => unknown) {
  const sockets: Socket[] = [];
  const server = createServer((socket) => {
    sockets.push(socket);
    socket.on('data', () => void answer(socket)).on('error', () => {});
  });
  const http = clientOf('http', await listen(t, server));
  t.after(() => sockets.forEach((socket) => socket.destroy()));
  return { send: () => http(REQUEST), sockets };
}

async function listen(t: TestContext, server: Server): Promise<number> {
  await once(server.listen(0, '127.0.0.1'), 'listening');
  t.after(() => server.close());
  return (server.address() as AddressInfo).port;
}

const clientOf = (protocol: string, port: number, maxSockets = 1) =>
  createHttp('dynamodb', `${protocol}://127.0.0.1:${port}`, { maxSockets, environment: ENVIRONMENT });

const answers: Record<string, [answer: string, body: string, kept?: boolean]> = {
  'a body of known length': ['HTTP/1.1 200 OK\r\nContent-Length: 7\r\n\r\nGrüezi', 'Grüezi'],
  'no body': ['HTTP/1.1 204 No Content\r\nDate: now\r\n\r\n', ''],
  chunks: [
    'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4;name=value\r\n{"a"\r\n3\r\n:1}\r\n0\r\n\r\n',
    '{"a":1}',
  ],
  'an interim answer before': [`HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n${EMPTY}`, ''],
  'a socket that closes': [
    'HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\n{}',
    '{}',
    false,
  ],
  'HTTP/1.0': ['HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\n{}', '{}', false],
};
for (const [what, [answer, body, kept = true]] of Object.entries(answers))
  test(`reads an answer with ${what}, whole or byte by byte`, async (t) => {
    let isSlow = false;
    const { send, sockets } = await serve(t, async (socket) => {
      if (!isSlow) return socket.write(answer);
      for (const byte of Buffer.from(answer)) {
        await new Promise((resolve) => socket.write(Buffer.of(byte), resolve));
        await new Promise(setImmediate);
      }
    });
    for (isSlow of [false, true, true]) {
      const response = await send();
      assert.deepEqual([response.statusCode, response.body], [answer.includes(' 204 ') ? 204 : 200, body]);
    }
    assert.equal(sockets.length, kept ? 1 : 3);
  });

test('an answer without a length lasts until the connection ends', async (t) => {
  const { send } = await serve(t, (socket) =>
    socket.end('HTTP/1.1 200 OK\r\nX-Name:  value \r\n\r\nall of it'),
  );
  const { body, headers } = await send();
  assert.deepEqual([body, headers], ['all of it', { 'x-name': 'value' }]);
});

for (const [what, answer, message] of [
  ['is not HTTP', 'SSH-2.0-OpenSSH\r\n\r\n', /not HTTP: SSH-2.0/],
  [
    'has a malformed chunk',
    'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n',
    /chunk without a size/,
  ],
  ['breaks off', 'HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{', /socket hang up/],
] as const)
  test(`rejects an answer that ${what}, and opens another connection`, async (t) => {
    let isBroken = true;
    const { send, sockets } = await serve(t, (socket) =>
      isBroken ? socket.end(answer) : socket.write(EMPTY),
    );
    await assert.rejects(send(), message);
    isBroken = false;
    assert.equal((await send()).statusCode, 200);
    assert.equal(sockets.length, 2);
  });

test('a free socket that the service closes or writes to is not used again', async (t) => {
  // In two parts: what the first one lacks must not matter later.
  const { send, sockets } = await serve(t, async (socket) => {
    await new Promise((resolve) => socket.write('HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n', resolve));
    for (let turn = 0; turn < 3; turn++) await new Promise(setImmediate);
    socket.write('x'.repeat(100));
  });
  await send();
  sockets[0]!.write('HTTP/1.1 408 Request Timeout\r\n\r\n');
  await once(sockets[0]!, 'close');
  assert.equal((await send()).statusCode, 200);
  sockets[1]!.end();
  await once(sockets[1]!, 'close');
  assert.equal((await send()).statusCode, 200);
  assert.equal(sockets.length, 3);
});

test('requests that wait for a socket are given up in their time, like the one that has it', async (t) => {
  const http = clientOf('http', await listen(t, createServer()));
  const isGivenUp = (timeoutMs: number) =>
    assert.rejects(http({ ...REQUEST, timeoutMs }), new RegExp(`no answer within ${timeoutMs} ms`));
  await Promise.all([60, 30, 90].map(isGivenUp));
});

test(
  'speaks TLS, resumes its session, and rejects a certificate that it cannot trust',
  {
    skip: missingPrograms('openssl'),
  },
  async (t) => {
    const resumed: boolean[] = [];
    const server = createSecureServer(await createCertificate(temporaryFolder()), (_, response) =>
      response.end('{}'),
    );
    server.on('secureConnection', (socket: TLSSocket) => resumed.push(socket.isSessionReused()));
    const port = await listen(t, server);
    t.after(() => server.closeAllConnections());
    await assert.rejects(clientOf('https', port)(REQUEST), { code: 'DEPTH_ZERO_SELF_SIGNED_CERT' });

    process.env['NODE_TLS_REJECT_UNAUTHORIZED'] = '0';
    t.after(() => delete process.env['NODE_TLS_REJECT_UNAUTHORIZED']);
    resumed.length = 0;
    const http = clientOf('https', port, 2);
    assert.equal((await http(REQUEST)).body, '{}');
    await Promise.all([http(REQUEST), http(REQUEST)]);
    assert.deepEqual(resumed, [false, true]);
  },
);
