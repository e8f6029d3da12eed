/** A table with a stream in the real engine, for one test. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import {
  DeleteTableCommand,
  ListTablesCommand,
  PutItemCommand,
  waitUntilTableNotExists,
  type AttributeValue,
} from '@aws-sdk/client-dynamodb';
import { DynamoDBStreamsClient } from '@aws-sdk/client-dynamodb-streams';
import { ensureTables } from '../../dynamodb/index.ts';
import { startTestEngine } from '../../dynamodb/testing/engine.ts';
import type { Table } from '../../topology.ts';
import type { MappingCheckpoints } from '../checkpoints.ts';
import { StreamMapping, type StreamMappingOptions } from '../index.ts';
import { eventSourceMapping, TABLE_NAME } from './doubles.ts';

export interface StreamTable {
  /** The mapping's checkpoints on disk. */
  checkpoints(): MappingCheckpoints;
  put(id: string, attributes?: Record<string, AttributeValue>): Promise<void>;
  /** Starts a mapping on the table. The test's end stops it. */
  startMapping(options: Partial<StreamMappingOptions> & Pick<StreamMappingOptions, 'invoke'>): StreamMapping;
  drop(): Promise<void>;
  /** Creates the table again, with a new stream. */
  recreate(): Promise<void>;
  /** Waits for something that a mapping on this table is about to do. */
  until(condition: () => boolean): Promise<void>;
  /** Kills the engine, which the local cloud restarts. */
  kill(): void;
}

const TABLE: Table = {
  TableName: TABLE_NAME,
  KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
  AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
  BillingMode: 'PAY_PER_REQUEST',
  StreamSpecification: { StreamEnabled: true, StreamViewType: 'NEW_AND_OLD_IMAGES' },
};

export async function startStreamTable(t: TestContext): Promise<StreamTable> {
  const engine = await startTestEngine();
  const { client: dynamodb } = engine;
  const streams = new DynamoDBStreamsClient(engine.sdk);
  const checkpointDirectory = join(engine.folder, 'checkpoints');
  const mappings: StreamMapping[] = [];
  t.after(async () => {
    await Promise.all(mappings.map((mapping) => mapping.stop()));
    streams.destroy();
    await engine.stop();
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
    checkpoints: () =>
      JSON.parse(readFileSync(join(checkpointDirectory, `${eventSourceMapping().uuid}.json`), 'utf8')),
    async put(id, attributes = {}) {
      const Item = { id: { S: id }, ...attributes };
      await dynamodb.send(new PutItemCommand({ TableName: TABLE_NAME, Item }));
    },
    startMapping(options) {
      const mapping = new StreamMapping({
        mapping: eventSourceMapping(),
        dynamodb,
        streams,
        checkpointDirectory,
        log: () => {},
        ...options,
      });
      mappings.push(mapping);
      return mapping;
    },
    drop,
    async recreate() {
      await drop().catch((error: Error) => assert.equal(error.name, 'ResourceNotFoundException'));
      await ensureTables(dynamodb, [TABLE]);
    },
    async until(condition) {
      // Each call to the engine gives the mapping time to run.
      while (!condition()) await dynamodb.send(new ListTablesCommand({}));
    },
    kill: () => void process.kill(engine.status().pid!, 'SIGKILL'),
  };
}
