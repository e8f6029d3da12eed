import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import {
  DescribeTableCommand,
  DescribeTimeToLiveCommand,
  type DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
} from '@aws-sdk/client-dynamodb';
import type { Table } from '../topology.ts';
import { ensureTables } from './index.ts';
import { startTestEngine } from './testing/engine.ts';

let engine: Awaited<ReturnType<typeof startTestEngine>>;
let client: DynamoDBClient;

before(async () => {
  engine = await startTestEngine();
  ({ client } = engine);
});
after(() => engine.stop());

describe('ensureTables', () => {
  it('creates a table with its key, stream and TTL', async () => {
    const table = withStream('complete', 'KEYS_ONLY', { ttlAttribute: 'expiresAt' });

    await ensureTables(client, [table]);

    const found = await describeTable('complete');
    assert.equal(found?.TableStatus, 'ACTIVE');
    assert.deepEqual(found.KeySchema, table.KeySchema);
    assert.deepEqual(found.StreamSpecification, { StreamEnabled: true, StreamViewType: 'KEYS_ONLY' });
    assert.deepEqual(await timeToLive('complete'), {
      TimeToLiveStatus: 'ENABLED',
      AttributeName: 'expiresAt',
    });
  });

  it('keeps a matching table with its items and stream', async () => {
    const table = withStream('kept', 'KEYS_ONLY', { ttlAttribute: 'expiresAt' });
    await ensureTables(client, [table]);
    await client.send(new PutItemCommand({ TableName: 'kept', Item: { id: { S: 'a' } } }));
    const before = await describeTable('kept');

    await ensureTables(client, [table]);

    const { Item } = await client.send(new GetItemCommand({ TableName: 'kept', Key: { id: { S: 'a' } } }));
    assert.deepEqual(Item, { id: { S: 'a' } });
    assert.equal((await describeTable('kept'))?.LatestStreamArn, before?.LatestStreamArn);
  });

  it('adds a missing stream and TTL', async () => {
    await ensureTables(client, [plain('plain')]);

    await ensureTables(client, [withStream('plain', 'NEW_IMAGE', { ttlAttribute: 'expiresAt' })]);

    assert.equal((await describeTable('plain'))?.StreamSpecification?.StreamViewType, 'NEW_IMAGE');
    assert.equal((await timeToLive('plain'))?.AttributeName, 'expiresAt');
  });

  it('works twice at the same time', async () => {
    const tables = [plain('parallel-1'), plain('parallel-2')];

    await Promise.all([ensureTables(client, tables), ensureTables(client, tables)]);

    assert.equal((await describeTable('parallel-2'))?.TableStatus, 'ACTIVE');
  });

  for (const [what, first, second, message] of [
    [
      'key',
      plain('other-key'),
      plain('other-key', 'name'),
      /the key id \(HASH, S\) instead of the key name \(HASH, S\)/,
    ],
    ['stream', withStream('other-stream', 'KEYS_ONLY'), withStream('other-stream', 'NEW_IMAGE'), /KEYS_ONLY/],
    [
      'TTL',
      { ...plain('other-ttl'), ttlAttribute: 'expiresAt' },
      { ...plain('other-ttl'), ttlAttribute: 'until' },
      /expiresAt instead of the TTL attribute until/,
    ],
  ] as const)
    it(`rejects a table with another ${what}`, async () => {
      await ensureTables(client, [first]);

      await assert.rejects(ensureTables(client, [second]), { name: 'UserError', message });
    });

  it('rejects a table that DynamoDB rejects', () =>
    assert.rejects(ensureTables(client, [{ ...plain('no-key'), KeySchema: [] }]), {
      name: 'UserError',
      message: /^The table no-key cannot be created: /,
    }));
});

function plain(TableName: string, key = 'id'): Table {
  return {
    TableName,
    KeySchema: [{ AttributeName: key, KeyType: 'HASH' }],
    AttributeDefinitions: [{ AttributeName: key, AttributeType: 'S' }],
    BillingMode: 'PAY_PER_REQUEST',
  };
}

function withStream(
  TableName: string,
  StreamViewType: 'KEYS_ONLY' | 'NEW_IMAGE',
  more: Partial<Table> = {},
): Table {
  return { ...plain(TableName), StreamSpecification: { StreamEnabled: true, StreamViewType }, ...more };
}

async function describeTable(TableName: string) {
  return (await client.send(new DescribeTableCommand({ TableName }))).Table;
}

async function timeToLive(TableName: string) {
  return (await client.send(new DescribeTimeToLiveCommand({ TableName }))).TimeToLiveDescription;
}
