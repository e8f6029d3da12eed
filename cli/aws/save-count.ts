/** The count, before it goes: how large it is, into a file, out of its protection. */
import { randomUUID } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { DynamoDBClient, UpdateTableCommand, waitUntilTableExists } from '@aws-sdk/client-dynamodb';
import { MAX_SHARDS } from '../../contract/tables.ts';
import { readCounter } from '../../functions/shared/counter.ts';
import type { Database } from '../../functions/shared/dynamodb.ts';
import { inAws } from './errors.ts';
import type { Configuration } from '../configuration/index.ts';
import { writeCount } from '../count/count-file.ts';
import { exportCount } from '../count/export-count.ts';
import { countTable } from './count-table.ts';
import { UserError } from '../../shared/user-error.ts';

/** Whether or not the environment is whole: only its table is needed. */
function openCount(configuration: Configuration): Database {
  return {
    client: new DynamoDBClient({ region: configuration.region }),
    connectionIdsTable: `${configuration.prefix}-connection-ids`,
    visitorCountTable: countTable(configuration),
    // Reading a shard that is not there costs nothing.
    counterShards: MAX_SHARDS,
  };
}

export async function readCount(configuration: Configuration): Promise<number> {
  const { count } = await inAws('read the count', configuration.region, () =>
    readCounter(openCount(configuration)),
  );
  return count;
}

/**
 * Writes what `npm run import` reads.
 * @throws {UserError} where the file exists or cannot be written
 */
export async function saveCount(configuration: Configuration, file: string): Promise<void> {
  const count = await inAws('export the count', configuration.region, () =>
    exportCount(openCount(configuration), { now: Date.now, newSite: randomUUID }),
  );
  try {
    await writeFile(file, writeCount(count), { flag: 'wx', flush: true });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new UserError(
      code === 'EEXIST' ? `${file} exists already.` : `${file} cannot be written (${code}).`,
      'Nothing was taken down. Name another file: npm run destroy -- --export FILE',
      { cause: error },
    );
  }
}

/** DynamoDB refuses to delete a protected table, whatever Terraform says. */
export async function liftDeletionProtection(configuration: Configuration): Promise<void> {
  const client = new DynamoDBClient({ region: configuration.region });
  const TableName = countTable(configuration);
  await inAws("lift the count's protection", configuration.region, async () => {
    await client.send(new UpdateTableCommand({ TableName, DeletionProtectionEnabled: false }));
    await waitUntilTableExists({ client, maxWaitTime: 120, minDelay: 1, maxDelay: 5 }, { TableName });
  });
}
