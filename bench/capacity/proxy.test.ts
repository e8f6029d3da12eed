import assert from 'node:assert/strict';
import { after, before, beforeEach, test } from 'node:test';
import {
  BatchGetItemCommand,
  DynamoDBClient,
  PutItemCommand,
  TransactWriteItemsCommand,
  type PutItemCommandInput,
} from '@aws-sdk/client-dynamodb';
import { startTestDatabase, type TestDatabase } from '../../test/support/database.ts';
import { startCapacityProxy, type CapacityProxy } from './proxy.ts';

let database: TestDatabase;
let proxy: CapacityProxy;
let client: DynamoDBClient;
before(async () => {
  [database, proxy] = await Promise.all([startTestDatabase(), startCapacityProxy()]);
  proxy.forwardTo(database.endpoint);
  client = new DynamoDBClient({
    endpoint: `${proxy.url}/updater`,
    region: 'us-east-1',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
  });
});
after(async () => {
  client.destroy();
  await Promise.all([proxy.close(), database.close()]);
});
beforeEach(() => proxy.reset());

const item = (id: string): Pick<PutItemCommandInput, 'TableName' | 'Item'> => ({
  TableName: database.visitorCountTable,
  Item: { id: { S: id } },
});

test('a transaction of three small items consumes six write units, even if it is cancelled', async () => {
  const put = (id: string) => ({ Put: { ...item(id), ConditionExpression: 'attribute_not_exists(id)' } });
  const TransactItems = [put('a'), put('b'), put('c')] as { Put: never }[];

  await client.send(new TransactWriteItemsCommand({ TransactItems }));
  await assert.rejects(client.send(new TransactWriteItemsCommand({ TransactItems })), {
    name: 'TransactionCanceledException',
  });

  assert.deepEqual(proxy.units(), { updater: { TransactWriteItems: { calls: 2, units: 12 } } });
});

test('a consistent batch read consumes one unit per key, whether or not the item exists', async () => {
  await client.send(new PutItemCommand(item('there')));
  const Keys = ['there', 'missing', 'also-missing'].map((id) => ({ id: { S: id } }));

  await client.send(
    new BatchGetItemCommand({
      RequestItems: { [database.visitorCountTable]: { Keys, ConsistentRead: true } },
    }),
  );

  assert.equal(proxy.units()['updater']?.['BatchGetItem']?.units, 3);
});
