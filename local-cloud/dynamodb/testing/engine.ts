import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { startDynamoDB } from '../index.ts';

/**
 * The engine with a new database, for tests.
 * @param parent of its folder; use one in memory for tests with many writes
 */
export async function startTestEngine(parent = tmpdir()) {
  const folder = await mkdtemp(join(parent, 'cloud-resume-database-'));
  const database = await startDynamoDB({ dataDirectory: folder, log: () => {} });
  const sdk = {
    endpoint: database.endpoint,
    region: 'us-east-1',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
  };
  const client = new DynamoDBClient(sdk);
  return {
    ...database,
    folder,
    /** Options of an SDK client. */
    sdk,
    client,
    async stop() {
      client.destroy();
      await database.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
