/** The count, before it goes: how large it is, and out of its protection. */
import { DynamoDBClient, UpdateTableCommand, waitUntilTableExists } from '@aws-sdk/client-dynamodb';
import { readCounter } from '../../functions/shared/counter.ts';
import { inAws } from '../aws/errors.ts';
import type { Configuration } from '../configuration/index.ts';
import { countTable } from '../deploy/kept-count.ts';

/** Most shards that a counter can have: reading one that is not there costs nothing. */
const MOST_SHARDS = 64;

export async function readCount(configuration: Configuration): Promise<number> {
  const client = new DynamoDBClient({ region: configuration.region });
  const { count } = await inAws('read the count', configuration.region, () =>
    readCounter({
      client,
      connectionIdsTable: '',
      visitorCountTable: countTable(configuration),
      counterShards: MOST_SHARDS,
    }),
  );
  return count;
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
