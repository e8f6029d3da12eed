/** A table with a stream in the embedded engine, for a test. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { DynamoDBClient, PutItemCommand, type AttributeValue } from '@aws-sdk/client-dynamodb';
import { DynamoDBStreamsClient } from '@aws-sdk/client-dynamodb-streams';
import { ensureTables, startDynamoDB } from '../../dynamodb/index.ts';
import type { EventSourceMapping } from '../../topology.ts';

export interface StreamTable {
  dynamodb: DynamoDBClient;
  streams: DynamoDBStreamsClient;
  directory: string;
  put(id: string, attributes?: Record<string, AttributeValue>): Promise<void>;
  /** Kills the engine, which is then started again by the local cloud's DynamoDB. */
  kill(): void;
}

export const TABLE_NAME = 'VisitorCount';

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
  t.after(async () => {
    dynamodb.destroy();
    streams.destroy();
    await engine.stop();
    await rm(directory, { recursive: true, force: true });
  });
  await ensureTables(dynamodb, [
    {
      TableName: TABLE_NAME,
      KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
      AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
      BillingMode: 'PAY_PER_REQUEST',
      StreamSpecification: { StreamEnabled: true, StreamViewType: 'NEW_AND_OLD_IMAGES' },
    },
  ]);
  return {
    dynamodb,
    streams,
    directory,
    async put(id, attributes = {}) {
      await dynamodb.send(
        new PutItemCommand({ TableName: TABLE_NAME, Item: { id: { S: id }, ...attributes } }),
      );
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
