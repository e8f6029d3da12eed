/**
 * The VisitorCount table: reading and saving the count before a destroy, and adopting a table that exists without being in the state,
 * because a destroy kept it or a killed run left it.
 */
import { writeFile } from 'node:fs/promises';
import {
  DescribeTableCommand,
  DynamoDBClient,
  UpdateTableCommand,
  waitUntilTableExists,
} from '@aws-sdk/client-dynamodb';
import { MAX_SHARDS } from '../../contract/tables.ts';
import { sdkDatabase, type SdkDatabase } from '../../functions/shared/sdk-database.ts';
import { UserError } from '../../shared/user-error.ts';
import type { Configuration } from '../configuration/index.ts';
import { writeCount } from '../count/count-file.ts';
import { countShards, exportCount, readTotal } from '../count/export.ts';
import { inAws } from './errors.ts';
import type { State } from './state.ts';
import type { Workspace } from './workspace.ts';

export const COUNT_ADDRESS = 'aws_dynamodb_table.visitor_count';

/** As infra/visitor_count.tf names it. */
export function countTable({ prefix }: Configuration): string {
  return `${prefix}-visitor-count`;
}

export function holdsCount(state: State | undefined): boolean {
  return (state?.resources ?? []).some(
    ({ mode, type, name, instances }) =>
      mode === 'managed' && `${type}.${name}` === COUNT_ADDRESS && instances.length > 0,
  );
}

export async function tableExists({ region }: Configuration, TableName: string): Promise<boolean> {
  return inAws(`look for the table ${TableName}`, region, async () => {
    try {
      await new DynamoDBClient({ region }).send(new DescribeTableCommand({ TableName }));
      return true;
    } catch (error) {
      if ((error as Error).name === 'ResourceNotFoundException') return false;
      throw error;
    }
  });
}

/** Shards of a kept table: a destroy with --keep-count deletes the state, which says how many there are. */
export async function shardsInTable(configuration: Configuration): Promise<{ counter_shards?: number }> {
  if (configuration.settings.counterShards !== undefined) return {};
  const shards = await inAws('read the count', configuration.region, () =>
    countShards(openTable(configuration)),
  );
  return { counter_shards: shards };
}

/** Keeps the deployed number of shards where the configuration names none: with fewer, visits would not be read. */
export function keptShards(
  { counterShards }: Pick<Configuration['settings'], 'counterShards'>,
  state: State | undefined,
): { counter_shards?: number } {
  const shards = state?.outputs['counter_shards']?.value;
  return counterShards === undefined && typeof shards === 'number' ? { counter_shards: shards } : {};
}

/** @returns whether the table exists without being in the state; a deploy adopts it (`adopt_visitor_count`) */
export async function isCountKept(configuration: Configuration, state: State | undefined): Promise<boolean> {
  return !holdsCount(state) && (await tableExists(configuration, countTable(configuration)));
}

/** Puts such a table into the state, so that Terraform can destroy it. */
export async function adoptCount(
  workspace: Workspace,
  state: State | undefined,
  variables: string,
): Promise<void> {
  const { configuration } = workspace;
  if (!(await isCountKept(configuration, state))) return;
  const table = countTable(configuration);
  const flags = ['-input=false', '-no-color', '-lock-timeout=5s', variables];
  await workspace.runPlain(['import', ...flags, COUNT_ADDRESS, table]);
}

export async function readCountOnAws(configuration: Configuration): Promise<number> {
  return inAws('read the count', configuration.region, () => readTotal(openTable(configuration)));
}

/**
 * Writes a file for `npm run import`.
 * @throws {UserError} where the file exists or cannot be written
 */
export async function saveCount(configuration: Configuration, file: string): Promise<void> {
  const count = await inAws('export the count', configuration.region, () =>
    exportCount(openTable(configuration), Date.now()),
  );
  try {
    await writeFile(file, writeCount(count), { flag: 'wx', flush: true });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new UserError(
      code === 'EEXIST' ? `${file} already exists.` : `${file} cannot be written (${code}).`,
      'Nothing was torn down. Name another file: npm run destroy -- --export FILE',
      { cause: error },
    );
  }
}

/** DynamoDB does not delete a protected table, whatever Terraform asks for. */
export async function liftDeletionProtection(configuration: Configuration): Promise<void> {
  const client = new DynamoDBClient({ region: configuration.region });
  const TableName = countTable(configuration);
  await inAws("lift the count's protection", configuration.region, async () => {
    await client.send(new UpdateTableCommand({ TableName, DeletionProtectionEnabled: false }));
    await waitUntilTableExists({ client, maxWaitTime: 120, minDelay: 1, maxDelay: 5 }, { TableName });
  });
}

/** Needs nothing of the environment but this table. */
function openTable(configuration: Configuration): SdkDatabase {
  return sdkDatabase(new DynamoDBClient({ region: configuration.region }), {
    connectionIdsTable: `${configuration.prefix}-connection-ids`,
    visitorCountTable: countTable(configuration),
    counterShards: MAX_SHARDS,
  });
}
