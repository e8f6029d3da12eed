/** Creates the topology's tables if they are missing. */
import { setTimeout as delay } from 'node:timers/promises';
import {
  CreateTableCommand,
  DescribeTableCommand,
  DescribeTimeToLiveCommand,
  ResourceInUseException,
  ResourceNotFoundException,
  UpdateTableCommand,
  UpdateTimeToLiveCommand,
  type DynamoDBClient,
  type TableDescription,
} from '@aws-sdk/client-dynamodb';
import { UserError } from '../../shared/user-error.ts';
import type { Table } from '../topology.ts';

const POLL_MS = 50;
const ACTIVE_WITHIN_MS = 60_000;

/**
 * Creates each table with its key, stream and TTL, and waits until it is ACTIVE. Existing tables keep their items.
 * @throws {UserError} if a table exists with another key, stream or TTL, or does not become ACTIVE
 */
export async function ensureTables(client: DynamoDBClient, tables: readonly Table[]): Promise<void> {
  await Promise.all(tables.map((table) => ensureTable(client, table)));
}

async function ensureTable(client: DynamoDBClient, table: Table): Promise<void> {
  const { ttlAttribute, ...definition } = table;
  const existing = await describe(client, table.TableName);
  if (!existing) await create(client, definition);
  const active = await untilActive(client, table.TableName);
  checkKey(table, active);
  await ensureStream(client, table, active);
  if (ttlAttribute) await ensureTimeToLive(client, table.TableName, ttlAttribute);
}

async function create(client: DynamoDBClient, definition: Omit<Table, 'ttlAttribute'>): Promise<void> {
  try {
    await client.send(new CreateTableCommand(definition));
  } catch (error) {
    // Another process was faster. Its table is checked like any other.
    if (error instanceof ResourceInUseException) return;
    if ((error as Error).name !== 'ValidationException') throw error;
    throw new UserError(
      `The table ${definition.TableName} cannot be created: ${(error as Error).message}`,
      'Fix its definition in the topology.',
    );
  }
}

async function describe(client: DynamoDBClient, name: string): Promise<TableDescription | undefined> {
  try {
    return (await client.send(new DescribeTableCommand({ TableName: name }))).Table;
  } catch (error) {
    if (error instanceof ResourceNotFoundException) return undefined;
    throw error;
  }
}

async function untilActive(client: DynamoDBClient, name: string): Promise<TableDescription> {
  const deadline = performance.now() + ACTIVE_WITHIN_MS;
  for (;;) {
    const found = await describe(client, name);
    if (found?.TableStatus === 'ACTIVE') return found;
    if (performance.now() > deadline)
      throw new UserError(
        `The table ${name} is still ${found?.TableStatus ?? 'missing'} after ${ACTIVE_WITHIN_MS / 1000} s.`,
        'Check the database, then start again.',
      );
    await delay(POLL_MS);
  }
}

function checkKey(table: Table, found: TableDescription): void {
  const wanted = keyText(table.KeySchema, table.AttributeDefinitions);
  const actual = keyText(found.KeySchema, found.AttributeDefinitions);
  if (wanted !== actual) throw mismatch(table.TableName, `the key ${actual}`, `the key ${wanted}`);
}

/** `id (HASH, S)`, with the range key after a comma. */
function keyText(schema: Table['KeySchema'], attributes: Table['AttributeDefinitions']): string {
  return (schema ?? [])
    .map(({ AttributeName, KeyType }) => {
      const type = attributes?.find((attribute) => attribute.AttributeName === AttributeName)?.AttributeType;
      return `${AttributeName} (${KeyType}, ${type})`;
    })
    .join(', ');
}

async function ensureStream(client: DynamoDBClient, table: Table, found: TableDescription): Promise<void> {
  const wanted = table.StreamSpecification;
  if (!wanted?.StreamEnabled) return;
  const actual = found.StreamSpecification;
  if (!actual?.StreamEnabled) {
    await client.send(new UpdateTableCommand({ TableName: table.TableName, StreamSpecification: wanted }));
    await untilActive(client, table.TableName);
  } else if (actual.StreamViewType !== wanted.StreamViewType) {
    // The view type of a stream cannot be changed, and a new stream would lose the unread records.
    throw mismatch(
      table.TableName,
      `a stream of ${actual.StreamViewType}`,
      `one of ${wanted.StreamViewType}`,
    );
  }
}

async function ensureTimeToLive(client: DynamoDBClient, name: string, attribute: string): Promise<void> {
  const { TimeToLiveDescription: found } = await client.send(
    new DescribeTimeToLiveCommand({ TableName: name }),
  );
  if (found?.TimeToLiveStatus === 'ENABLED' || found?.TimeToLiveStatus === 'ENABLING') {
    if (found.AttributeName === attribute) return;
    throw mismatch(name, `the TTL attribute ${found.AttributeName}`, `the TTL attribute ${attribute}`);
  }
  const TimeToLiveSpecification = { Enabled: true, AttributeName: attribute };
  await client.send(new UpdateTimeToLiveCommand({ TableName: name, TimeToLiveSpecification }));
}

function mismatch(table: string, found: string, wanted: string): UserError {
  return new UserError(
    `The table ${table} exists, but with ${found} instead of ${wanted}.`,
    'Choose another data folder (--data <folder>), or delete that table if you do not need it.',
  );
}
