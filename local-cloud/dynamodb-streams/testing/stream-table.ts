/** A table with a stream in the embedded engine, for a test. */
import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import {
  DeleteTableCommand,
  DynamoDBClient,
  ListTablesCommand,
  PutItemCommand,
  waitUntilTableNotExists,
  type AttributeValue,
} from '@aws-sdk/client-dynamodb';
import { DynamoDBStreamsClient } from '@aws-sdk/client-dynamodb-streams';
import { ensureTables, startDynamoDB } from '../../dynamodb/index.ts';
import type { EventSourceMapping, Table } from '../../topology.ts';

export interface StreamTable {
  dynamodb: DynamoDBClient;
  streams: DynamoDBStreamsClient;
  directory: string;
  put(id: string, attributes?: Record<string, AttributeValue>): Promise<void>;
  /** Ends what uses the table, before the table goes. */
  beforeEnd(end: () => Promise<void>): void;
  drop(): Promise<void>;
  /** Makes the table anew, with a new stream. */
  recreate(): Promise<void>;
  /** Waits for something that a mapping on this table is about to do. */
  until(condition: () => boolean): Promise<void>;
  /** Kills the engine, which is then started again by the local cloud's DynamoDB. */
  kill(): void;
}

export const TABLE_NAME = 'VisitorCount';

const TABLE: Table = {
  TableName: TABLE_NAME,
  KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
  AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
  BillingMode: 'PAY_PER_REQUEST',
  StreamSpecification: { StreamEnabled: true, StreamViewType: 'NEW_AND_OLD_IMAGES' },
};

export async function startStreamTable(t: TestContext): Promise<StreamTable> {
  const directory = await mkdtemp(join(tmpdir(), 'cloud-resume-streams-'));
  const engine = await startDynamoDB({ dataDirectory: directory, log: () => {} });
  const client = {
    endpoint: engine.endpoint,
    region: 'eu-central-1',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
  };
  const dynamodb = new DynamoDBClient(client);
  const streams = new DynamoDBStreamsClient(client);
  const users: (() => Promise<void>)[] = [];
  t.after(async () => {
    await Promise.all(users.map((end) => end()));
    dynamodb.destroy();
    streams.destroy();
    await engine.stop();
    await rm(directory, { recursive: true, force: true });
  });
  await ensureTables(dynamodb, [TABLE]);
  const drop = async () => {
    await dynamodb.send(new DeleteTableCommand({ TableName: TABLE_NAME }));
    await waitUntilTableNotExists(
      { client: dynamodb, maxWaitTime: 10, minDelay: 1 },
      { TableName: TABLE_NAME },
    );
  };
  return {
    dynamodb,
    streams,
    directory,
    beforeEnd: (end) => void users.push(end),
    async put(id, attributes = {}) {
      await dynamodb.send(
        new PutItemCommand({ TableName: TABLE_NAME, Item: { id: { S: id }, ...attributes } }),
      );
    },
    drop,
    async recreate() {
      await drop().catch((error: Error) => assert.equal(error.name, 'ResourceNotFoundException'));
      await ensureTables(dynamodb, [TABLE]);
    },
    async until(condition) {
      // A call to the engine, whose answer gives the mapping its turn.
      while (!condition()) await dynamodb.send(new ListTablesCommand({}));
    },
    kill: () => void process.kill(engine.status().pid!, 'SIGKILL'),
  };
}

export function eventSourceMapping(changes: Partial<EventSourceMapping> = {}): EventSourceMapping {
  return {
    uuid: 'visitor-count-to-broadcaster',
    functionName: 'broadcaster',
    tableName: TABLE_NAME,
    batchSize: 100,
    maximumBatchingWindowInSeconds: 0,
    startingPosition: 'TRIM_HORIZON',
    filterPatterns: [],
    bisectBatchOnFunctionError: false,
    maximumRetryAttempts: -1,
    maximumRecordAgeInSeconds: -1,
    reportBatchItemFailures: false,
    ...changes,
  };
}
