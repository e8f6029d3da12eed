import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startDynamoDB } from '../../../local-cloud/dynamodb/index.ts';
import type { Target } from './target.ts';

/** The engine of `npm start`, over a database of its own. */
export async function startDynoxide(): Promise<Target> {
  const dataDirectory = await mkdtemp(join(tmpdir(), 'conformance-'));
  const database = await startDynamoDB({ dataDirectory, log: () => {} });
  return {
    name: 'dynoxide',
    endpoint: database.endpoint,
    async stop() {
      await database.stop();
      await rm(dataDirectory, { recursive: true, force: true });
    },
  };
}
