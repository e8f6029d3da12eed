/** What the suite runs against: anything with the API of DynamoDB and its streams. */
import assert from 'node:assert/strict';
import {
  DynamoDB,
  type AttributeValue,
  type CancellationReason,
  type DeleteItemInput,
  type DynamoDBServiceException,
  type PutItemInput,
  type ScanInput,
  type StreamViewType,
  type TransactWriteItem,
  type TransactWriteItemsInput,
  type UpdateItemInput,
} from '@aws-sdk/client-dynamodb';
import { DynamoDBStreams } from '@aws-sdk/client-dynamodb-streams';
import { ensureTables } from '../../../local-cloud/dynamodb/index.ts';

export interface Target {
  name: string;
  endpoint: string;
  stop(): Promise<void>;
}

export type Item = Record<string, AttributeValue>;

/** Tables for one fact, with a string key `id`, created on demand. */
export type Tables = ReturnType<typeof tablesOn>;
export type Table = ReturnType<typeof tableOf>;

let facts = 0;

export function tablesOn({ endpoint }: Target) {
  const credentials = { accessKeyId: 'conformance', secretAccessKey: 'conformance' };
  // A retry would hide the target's first answer.
  const sdk = { endpoint, region: 'us-east-1', credentials, maxAttempts: 1 };
  const client = new DynamoDB(sdk);
  const streams = new DynamoDBStreams(sdk);
  const prefix = `fact-${++facts}-`;
  return {
    client,
    /** The same table for the same label. The first call decides whether it has a stream. */
    async table(label = 'things', StreamViewType?: StreamViewType) {
      const TableName = prefix + label;
      await ensureTables(client, [
        {
          TableName,
          KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
          AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
          BillingMode: 'PAY_PER_REQUEST',
          ...(StreamViewType && { StreamSpecification: { StreamEnabled: true, StreamViewType } }),
        },
      ]);
      return tableOf(client, streams, TableName);
    },
    transact: (TransactItems: TransactWriteItem[], more?: Partial<TransactWriteItemsInput>) =>
      client.transactWriteItems({ TransactItems, ...more }),
    close() {
      client.destroy();
      streams.destroy();
    },
  };
}

/** The calls that the facts are about. `more` is merged into the request; reads are consistent. */
export function tableOf(client: DynamoDB, streams: DynamoDBStreams, TableName: string) {
  const addition = (id: string, n: number) => ({
    TableName,
    Key: item(id),
    UpdateExpression: 'ADD #count :n',
    ExpressionAttributeNames: { '#count': 'count' },
    ExpressionAttributeValues: numbers({ n }),
  });
  return {
    client,
    streams,
    TableName,
    put: (Item: Item, more?: Partial<PutItemInput>) => client.putItem({ TableName, Item, ...more }),
    get: async (id: string) =>
      (await client.getItem({ TableName, Key: item(id), ConsistentRead: true })).Item,
    update: (id: string, UpdateExpression: string, more?: Partial<UpdateItemInput>) =>
      client.updateItem({ TableName, Key: item(id), UpdateExpression, ...more }),
    /** Adds `n` to the attribute `count`. */
    add: (id: string, n: number, more?: Partial<UpdateItemInput>) =>
      client.updateItem({ ...addition(id, n), ...more }),
    remove: (id: string, more?: Partial<DeleteItemInput>) =>
      client.deleteItem({ TableName, Key: item(id), ...more }),
    /** Reads one page. */
    scan: (more?: Partial<ScanInput>) => client.scan({ TableName, ConsistentRead: true, ...more }),
    /** For `transact`: puts an item that must be new. */
    putNew: (id: string) => ({ Put: { TableName, Item: item(id), ConditionExpression: IS_NEW } }),
    /** For `transact`: adds 1 to the attribute `count`. */
    increment: (id: string) => ({ Update: addition(id, 1) }),
  };
}

export const IS_NEW = 'attribute_not_exists(id)';

/** An item with the key `id` and more attributes. */
export function item(id: string, more: Record<string, string | number> = {}): Item {
  const attributes = Object.entries(more).map(([name, value]) => [
    name,
    typeof value === 'number' ? { N: String(value) } : { S: value },
  ]);
  return { id: { S: id }, ...Object.fromEntries(attributes) };
}

/** Values in an expression: `{ n: 1 }` is `:n`. */
export function numbers(values: Record<string, number>): Item {
  return Object.fromEntries(Object.entries(values).map(([name, n]) => [`:${name}`, { N: String(n) }]));
}

type Failure = DynamoDBServiceException & { Item?: Item; CancellationReasons?: CancellationReason[] };

/** @returns the error of `action`; fails if it succeeds */
export async function failure(action: Promise<unknown>): Promise<Failure> {
  const [result] = await Promise.allSettled([action]);
  if (result.status === 'fulfilled') assert.fail('It succeeded.');
  return result.reason as Failure;
}

/** Fails unless `action` is rejected with this error. */
export async function assertRejected(action: Promise<unknown>, name: string): Promise<void> {
  assert.equal((await failure(action)).name, name);
}

/** The reason codes of a cancelled transaction, in the order of its actions. */
export function codes({ CancellationReasons = [] }: Failure): (string | undefined)[] {
  return CancellationReasons.map((reason) => reason.Code);
}
