import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { after, before, beforeEach, test } from 'node:test';
import { startTestDatabase, type TestDatabase } from '../../test/support/database.ts';
import { createHttp } from '../shared/http.ts';
import { createPublish, reportOpenings } from './openings.ts';

const NOW = Date.UTC(2026, 10, 26, 14, 3);
const TOPIC = 'arn:aws:sns:us-east-1:123456789012:alarms';
let database: TestDatabase;
let notices: unknown[] = [];
let reasons: string[] = [];
let mails: string[] = [];
let isFailing = false;
let links = 0;

before(async () => {
  database = await startTestDatabase();
});
after(() => database.close());
beforeEach(() => {
  [notices, reasons, mails, isFailing] = [[], [], [], false];
});

const publish = async (subject: string, message: string) => {
  if (isFailing) throw new Error('SNS answered 500');
  mails.push(`${subject}: ${message.split('\n')[0]}`);
};
const report = (ids: string[], overrides = {}) =>
  reportOpenings(
    {
      database,
      now: () => NOW,
      publish,
      log: (_level, _message, fields) =>
        fields?.['reason'] ? reasons.push(String(fields['reason'])) : notices.push(fields?.['notice']),
      ...overrides,
    },
    ids,
  );

/** A link that was visited at 14:02, unless overridden. */
async function link(label: string, times: Record<string, number> = { firstVisitAt: NOW - 60_000 }) {
  const id = `link#${++links}`;
  const numbers = Object.fromEntries(Object.entries(times).map(([name, at]) => [name, { N: String(at) }]));
  const Item = { id: { S: id }, label: { S: label }, ...numbers };
  await database.dynamodb.send('PutItem', { TableName: database.visitorCountTable, Item });
  return id;
}

test('reports a first visit once, in the log and by e-mail', async () => {
  const id = await link('Acme, platform team');
  await report([id, id]);
  await report([id]);
  const notice = 'Acme, platform team opened your résumé at 14:02 UTC on 2026-11-26.';
  assert.deepEqual([notices, mails], [[notice], [`Your resume was opened: ${notice}`]]);
  assert.equal((await database.counterItem(id))?.['notifiedAt']?.N, String(NOW));
});

test('twenty broadcasters that take the same record send one e-mail', async () => {
  const id = await link('Acme');
  await Promise.all(Array.from({ length: 20 }, () => report([id])));
  assert.equal(mails.length, 1);
});

test('reports no link without a visit, no reported one, and creates no removed one', async () => {
  const ids = [
    await link('never opened', {}),
    await link('reported', { firstVisitAt: 1, notifiedAt: 2 }),
    'link#removed',
  ];
  await report(ids);
  assert.deepEqual([notices, mails, reasons], [[], [], []]);
  assert.equal(await database.counterItem('link#removed'), undefined);
});

test('reports more links than one request can read', async () => {
  const ids = await Promise.all(Array.from({ length: 101 }, (_, i) => link(`Company ${i}`)));
  await report(ids);
  assert.equal(mails.length, 101);
});

test('an e-mail that fails is logged and not repeated', async () => {
  const id = await link('Acme');
  isFailing = true;
  await report([id]);
  isFailing = false;
  await report([id]);
  assert.deepEqual([mails, reasons], [[], ['Error: SNS answered 500']]);
});

test('a database that fails does not reject', async () => {
  const dynamodb = {
    send: async () => {
      throw new Error('DynamoDB answered 500');
    },
  };
  await report(['link#1'], { database: { ...database, dynamodb } });
  assert.deepEqual(reasons, ['Error: DynamoDB answered 500']);
});

test('publishes to the topic with a signed request, and names what SNS rejects', async () => {
  const requests: { authorization: string; form: Record<string, string> }[] = [];
  let statusCode = 200;
  const server = createServer(async (request, response) => {
    const form = Object.fromEntries(new URLSearchParams(await text(request)));
    requests.push({ authorization: request.headers.authorization ?? '', form });
    response.writeHead(statusCode).end('<ErrorResponse><Code>AuthorizationError</Code></ErrorResponse>');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const environment = { AWS_REGION: 'us-east-1', AWS_ACCESS_KEY_ID: 'id', AWS_SECRET_ACCESS_KEY: 'key' };
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const send = createPublish(createHttp('sns', endpoint, { maxSockets: 1, environment }), TOPIC);
  try {
    await send('Your resume was opened', '株式会社 & <b>Söhne</b> opened your résumé.');
    const { authorization, form } = requests[0]!;
    assert.match(authorization, /^AWS4-HMAC-SHA256 Credential=id\/\d{8}\/us-east-1\/sns\/aws4_request/);
    assert.deepEqual(form, {
      Action: 'Publish',
      Version: '2010-03-31',
      TopicArn: TOPIC,
      Subject: 'Your resume was opened',
      Message: '株式会社 & <b>Söhne</b> opened your résumé.',
    });
    statusCode = 403;
    await assert.rejects(send('Your resume was opened', 'Acme'), /SNS answered 403: .*AuthorizationError/);
  } finally {
    server.closeAllConnections();
    server.close();
  }
});
