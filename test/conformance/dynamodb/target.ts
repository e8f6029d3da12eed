/** What the suite runs against: anything with the API of DynamoDB and its streams. */
import assert from 'node:assert/strict';
import {
  DeleteItemCommand,
  DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  ScanCommand,
  TransactWriteItemsCommand,
  UpdateItemCommand,
  type AttributeValue,
  type DeleteItemCommandInput,
  type DeleteItemCommandOutput,
  type PutItemCommandInput,
  type PutItemCommandOutput,
  type ScanCommandInput,
  type ScanCommandOutput,
  type StreamViewType,
  type TransactionCanceledException,
  type TransactWriteItem,
  type TransactWriteItemsCommandInput,
  type TransactWriteItemsCommandOutput,
  type UpdateItemCommandInput,
  type UpdateItemCommandOutput,
} from '@aws-sdk/client-dynamodb';
import { DynamoDBStreamsClient } from '@aws-sdk/client-dynamodb-streams';
import { ensureTables } from '../../../local-cloud/dynamodb/index.ts';

export interface Target {
  name: string;
  endpoint: string;
  stop(): Promise<void>;
}

export type Item = Record<string, AttributeValue>;

/** Tables for one fact, with a string key `id`, created on demand. */
export interface Tables {
  client: DynamoDBClient;
  /** The same table for the same label. The first call decides whether it has a stream. */
  table(label?: string, stream?: StreamViewType): Promise<Table>;
  transact(
    actions: TransactWriteItem[],
    more?: Partial<TransactWriteItemsCommandInput>,
  ): Promise<TransactWriteItemsCommandOutput>;
}

/** The calls that the facts are about. `more` is merged into the request. */
export interface Table {
  client: DynamoDBClient;
  streams: DynamoDBStreamsClient;
  TableName: string;
  put(Item: Item, more?: Partial<PutItemCommandInput>): Promise<PutItemCommandOutput>;
  /** Reads consistently. */
  get(id: string): Promise<Item | undefined>;
  update(
    id: string,
    expression: string,
    more?: Partial<UpdateItemCommandInput>,
  ): Promise<UpdateItemCommandOutput>;
  /** Adds `n` to the attribute `count`. */
  add(id: string, n: number, more?: Partial<UpdateItemCommandInput>): Promise<UpdateItemCommandOutput>;
  remove(id: string, more?: Partial<DeleteItemCommandInput>): Promise<DeleteItemCommandOutput>;
  /** Reads one page consistently. */
  scan(more?: Partial<ScanCommandInput>): Promise<ScanCommandOutput>;
  /** For `transact`: puts an item that must be new. */
  putNew(id: string): TransactWriteItem;
  /** For `transact`: adds 1 to the attribute `count`. */
  increment(id: string): TransactWriteItem;
}

let facts = 0;

export function tablesOn(target: Target): Tables & { close(): void } {
  const sdk = {
    endpoint: target.endpoint,
    region: 'us-east-1',
    credentials: { accessKeyId: 'conformance', secretAccessKey: 'conformance' },
    // A retry would hide the target's first answer.
    maxAttempts: 1,
  };
  const client = new DynamoDBClient(sdk);
  const streams = new DynamoDBStreamsClient(sdk);
  const prefix = `fact-${++facts}-`;
  return {
    client,
    async table(label = 'things', stream) {
      const TableName = prefix + label;
      await ensureTables(client, [
        {
          TableName,
          KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
          AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
          BillingMode: 'PAY_PER_REQUEST',
          ...(stream && { StreamSpecification: { StreamEnabled: true, StreamViewType: stream } }),
        },
      ]);
      return tableOf(client, streams, TableName);
    },
    transact: (TransactItems, more) => client.send(new TransactWriteItemsCommand({ TransactItems, ...more })),
    close() {
      client.destroy();
      streams.destroy();
    },
  };
}

export function tableOf(client: DynamoDBClient, streams: DynamoDBStreamsClient, TableName: string): Table {
  const add = (id: string, n: number) => ({
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
    put: (Item, more) => client.send(new PutItemCommand({ TableName, Item, ...more })),
    get: async (id) =>
      (await client.send(new GetItemCommand({ TableName, Key: item(id), ConsistentRead: true }))).Item,
    update: (id, UpdateExpression, more) =>
      client.send(new UpdateItemCommand({ TableName, Key: item(id), UpdateExpression, ...more })),
    add: (id, n, more) => client.send(new UpdateItemCommand({ ...add(id, n), ...more })),
    remove: (id, more) => client.send(new DeleteItemCommand({ TableName, Key: item(id), ...more })),
    scan: (more) => client.send(new ScanCommand({ TableName, ConsistentRead: true, ...more })),
    putNew: (id) => ({ Put: { TableName, Item: item(id), ConditionExpression: IS_NEW } }),
    increment: (id) => ({ Update: add(id, 1) }),
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

/** The reason codes of a cancelled transaction, in the order of its actions. */
export function codes(error: TransactionCanceledException): (string | undefined)[] {
  return (error.CancellationReasons ?? []).map((reason) => reason.Code);
}

/** @returns the error of `action`; fails if it succeeds */
export async function failure<E extends Error>(action: Promise<unknown>): Promise<E> {
  const [result] = await Promise.allSettled([action]);
  if (result.status === 'fulfilled') assert.fail('It succeeded.');
  return result.reason as E;
}
