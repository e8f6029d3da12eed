import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import { createServer as createTcpServer, type AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { after, before, beforeEach, test } from 'node:test';
import { createClock } from './clock.ts';
import { connectClients } from './connect.ts';
import { createDynamoDB } from './dynamodb.ts';
import { createHttp } from './http.ts';

const ENVIRONMENT = { AWS_ACCESS_KEY_ID: 'AKID', AWS_SECRET_ACCESS_KEY: 'secret', AWS_REGION: 'us-east-1' };
const KEY = { TableName: 'table', Key: { id: { S: 'a' } } };
const TRANSACTION = { TransactItems: [] };

let server: Server;
let endpoint: string;
let bodies: string[];
let authorizations: string[];
let waits: number[];
/** Answers to the requests in turn; the last one stays. */
let answers: RequestListener[];

before(async () => {
  server = createServer(async (request, response) => {
    bodies.push(await text(request));
    authorizations.push(request.headers.authorization ?? '');
    (answers.length > 1 ? answers.shift() : answers[0])!(request, response);
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
after(() => {
  server.close();
  server.closeAllConnections();
});
beforeEach(() => {
  bodies = [];
  authorizations = [];
  waits = [];
});

const ok: RequestListener = (_, response) => response.end('{"Item":{"id":{"S":"a"}}}');
const error =
  (statusCode: number, name: string): RequestListener =>
  (_, response) =>
    response
      .writeHead(statusCode)
      .end(JSON.stringify({ __type: `com.amazonaws.dynamodb.v20120810#${name}` }));
const broken: RequestListener = (request) => request.socket.destroy();

function client({ url = endpoint, environment = ENVIRONMENT, clock = createClock() } = {}) {
  const http = createHttp('dynamodb', url, { maxSockets: 4, environment, now: clock.now });
  const sleep = async (ms: number) => void waits.push(ms);
  return createDynamoDB({ http, clock, random: () => 1, sleep });
}

for (const [what, fault] of [
  ['a broken connection', broken],
  [
    'half an answer',
    (request, response) => {
      response.writeHead(200, { 'content-length': 100 });
      response.write('{"Item":', () => request.socket.destroy());
    },
  ],
  ['an internal error', error(500, 'InternalServerError')],
  ['an answer that is not JSON', (_, response) => response.writeHead(503).end('<html>')],
  ['throttling', error(400, 'ThrottlingException')],
  ['exceeded throughput', error(400, 'ProvisionedThroughputExceededException')],
] satisfies [string, RequestListener][])
  test(`retries after ${what}, with growing pauses`, async () => {
    answers = [fault, fault, fault, ok];
    assert.deepEqual(await client().send('GetItem', KEY), { Item: { id: { S: 'a' } } });
    assert.deepEqual(waits, [80, 160, 320]);
    answers = [fault];
    await assert.rejects(client().send('GetItem', KEY));
    assert.equal(bodies.length, 8);
  });

test('a retried transaction keeps its token', async () => {
  answers = [broken, ok, ok];
  const dynamodb = client();
  await dynamodb.send('TransactWriteItems', TRANSACTION);
  await dynamodb.send('TransactWriteItems', TRANSACTION);
  const [first, retried, another] = bodies.map((body) => JSON.parse(body).ClientRequestToken as string);
  assert.match(first!, /^[0-9a-f-]{36}$/);
  assert.equal(retried, first);
  assert.notEqual(another, first);
});

test('waits longer for a transaction that holds the item', async () => {
  answers = [...Array.from({ length: 7 }, () => error(400, 'TransactionConflictException')), ok];
  await client().send('UpdateItem', KEY);
  assert.deepEqual(waits, [20, 40, 80, 160, 320, 500, 500]);
  answers = [error(400, 'TransactionConflictException')];
  await assert.rejects(client().send('UpdateItem', KEY), { name: 'TransactionConflictException' });
});

test('does not retry other errors, and passes on why a transaction was cancelled', async () => {
  answers = [
    (_, response) =>
      response
        .writeHead(400)
        .end(
          '{"__type":"x#TransactionCanceledException","message":"why","CancellationReasons":[{"Code":"None"}]}',
        ),
  ];
  await assert.rejects(client().send('TransactWriteItems', TRANSACTION), {
    name: 'TransactionCanceledException',
    message: 'why',
    CancellationReasons: [{ Code: 'None' }],
  });
  assert.equal(bodies.length, 1);
});

test('reads the credentials again after they have expired', async () => {
  const environment = { ...ENVIRONMENT };
  answers = [
    (request, response) => {
      environment.AWS_ACCESS_KEY_ID = 'ROTATED';
      error(400, 'ExpiredTokenException')(request, response);
    },
    ok,
  ];
  await client({ environment }).send('GetItem', KEY);
  assert.match(authorizations[0]!, /Credential=AKID\//);
  assert.match(authorizations[1]!, /Credential=ROTATED\//);
});

test('signs with the time of DynamoDB when its own clock is wrong', async () => {
  const clock = createClock(() => Date.now() + 20 * 60_000);
  answers = [error(400, 'InvalidSignatureException'), ok];
  await client({ clock }).send('GetItem', KEY);
  assert.ok(Math.abs(clock.now() - Date.now()) < 3_000);
});

test('names a host that DNS does not know', async () => {
  const dynamodb = client({ url: 'http://dynamodb.invalid' });
  await assert.rejects(dynamodb.send('GetItem', KEY), /ENOTFOUND|EAI_AGAIN/);
  assert.equal(waits.length, 3);
});

test('a first connection that stalls is given up', async (t) => {
  // Accepts connections and never answers.
  const stalled = createTcpServer(() => {});
  await once(stalled.listen(0, '127.0.0.1'), 'listening');
  t.after(() => stalled.close());
  const { port } = stalled.address() as AddressInfo;
  const environment = { ...ENVIRONMENT, AWS_ENDPOINT_URL_DYNAMODB: `http://127.0.0.1:${port}` };
  const { connect, now } = connectClients(environment);
  await connect();
  assert.ok(Math.abs(now() - Date.now()) < 1_000);
});

test('connects twice and reads the time', async () => {
  answers = [
    (_, response) => response.setHeader('date', new Date(Date.now() + 3_600_000).toUTCString()).end(),
  ];
  const { connect, now } = connectClients({ ...ENVIRONMENT, AWS_ENDPOINT_URL_DYNAMODB: endpoint });
  await connect();
  assert.equal(authorizations.length, 2);
  assert.ok(now() - Date.now() > 3_500_000);
});

test('connecting survives a host that DNS does not know', async () => {
  const environment = { ...ENVIRONMENT, AWS_ENDPOINT_URL_DYNAMODB: 'http://dynamodb.invalid' };
  await connectClients(environment).connect();
});
