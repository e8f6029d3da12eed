import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { after, before, beforeEach, test } from 'node:test';
import { createHttp } from './http.ts';
import { createManagementApi } from './management-api.ts';

const ENVIRONMENT = {
  AWS_ACCESS_KEY_ID: 'AKIDEXAMPLE',
  AWS_SECRET_ACCESS_KEY: 'secret',
  AWS_REGION: 'us-east-1',
};
/** With a character that must be escaped in a path. */
const CONNECTION_ID = 'L0SM9cOFvHcCIhw=';

interface Received {
  method: string;
  url: string;
  body: Buffer;
}

let server: Server;
let endpoint: string;
let received: Received[];
let sockets: Set<unknown>;
let answer: RequestListener;

before(async () => {
  server = createServer(async (request, response) => {
    const { method = '', url = '', socket } = request;
    sockets.add(socket);
    received.push({ method, url, body: await buffer(request) });
    answer(request, response);
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}/live`;
});
after(() => {
  server.close();
  server.closeAllConnections();
});
beforeEach(() => {
  received = [];
  sockets = new Set();
  answer = (_, response) => response.end();
});

const api = () =>
  createManagementApi(createHttp('execute-api', endpoint, { maxSockets: 2, environment: ENVIRONMENT }), 200);
const post = () => api().post;

test('a post carries the message to the connection', async () => {
  assert.deepEqual(await post()(CONNECTION_ID, '{"count":1}'), { outcome: 'delivered' });

  const [request] = received;
  assert.equal(request?.method, 'POST');
  assert.equal(request.url, '/live/@connections/L0SM9cOFvHcCIhw%3D');
  assert.equal(String(request.body), '{"count":1}');
});

for (const [status, outcome] of [
  [200, 'delivered'],
  [410, 'gone'],
  [429, 'throttled'],
] as const) {
  test(`${status} means ${outcome}`, async () => {
    answer = (_, response) => response.writeHead(status).end('{"message":"whatever"}');
    assert.deepEqual(await post()(CONNECTION_ID, '{}'), { outcome });
  });
}

test('any other answer is a failure, with the same reason for every connection', async () => {
  answer = (_, response) =>
    response
      .writeHead(403, { 'x-amzn-ErrorType': 'ForbiddenException:http://amazon.com/' })
      .end(
        `{"Message":"not allowed on arn:aws:execute-api:r:1:api/live/POST/@connections/${CONNECTION_ID}"}`,
      );
  assert.deepEqual(await post()(CONNECTION_ID, '{}'), {
    outcome: 'failed',
    reason: '403 ForbiddenException not allowed on arn:aws:execute-api:r:1:api/live/POST/@connections/…',
  });
});

test('a broken connection is a failure, and the next post opens another', async () => {
  const send = post();
  answer = (request) => request.socket.destroy();
  assert.match(JSON.stringify(await send(CONNECTION_ID, '{}')), /"failed".*socket hang up/);

  answer = (_, response) => response.end();
  assert.deepEqual(await send(CONNECTION_ID, '{}'), { outcome: 'delivered' });
});

test('a post is retried if the gateway has closed its kept socket', async () => {
  const send = post();
  const used = new Set<unknown>();
  answer = ({ socket }, response) => {
    if (used.has(socket)) return void socket.resetAndDestroy();
    used.add(socket);
    response.end();
  };
  const round = () => Promise.all([send(CONNECTION_ID, '{}'), send(CONNECTION_ID, '{}')]);
  const delivered = { outcome: 'delivered' };
  assert.deepEqual(await round(), [delivered, delivered]);
  assert.deepEqual(await round(), [delivered, delivered]);
  assert.equal(
    received.length,
    6,
    'the posts of the second round were sent on their old sockets, then on new ones',
  );
  assert.equal(used.size, 4);
});

test('it is a failure if the new socket breaks as well', async () => {
  const send = post();
  await send(CONNECTION_ID, '{}');
  answer = ({ socket }) => void socket.resetAndDestroy();
  assert.match(JSON.stringify(await send(CONNECTION_ID, '{}')), /"failed".*(ECONNRESET|hang up)/);
  assert.equal(received.length, 3);
});

test('a missing answer is a failure', async () => {
  answer = () => {};
  assert.deepEqual(await post()(CONNECTION_ID, '{}'), {
    outcome: 'failed',
    reason: 'Error: no answer within 200 ms',
  });
});

test('a post ends by its deadline, with a reason that does not contain the milliseconds', async () => {
  answer = () => {};
  const reason = 'Error: no answer before the deadline';
  assert.deepEqual(await post()(CONNECTION_ID, '{}', 20), { outcome: 'failed', reason });
});

test('keeps its sockets, and no more than allowed', async () => {
  const send = post();
  for (let round = 0; round < 3; round++)
    await Promise.all(Array.from({ length: 10 }, () => send(CONNECTION_ID, '{}')));

  assert.equal(received.length, 30);
  assert.equal(sockets.size, 2);
});

for (const [status, closed] of [
  [204, true],
  [410, true],
  [429, false],
] as const)
  test(`a connection ${closed ? 'is' : 'is not'} closed if the answer is ${status}`, async () => {
    answer = (_, response) => response.writeHead(status).end();
    assert.equal(await api().close(CONNECTION_ID), closed);
    assert.deepEqual([received[0]?.method, received[0]?.body.length], ['DELETE', 0]);
  });
