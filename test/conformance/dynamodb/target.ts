/** What the suite runs against: anything with the API of DynamoDB and its streams. */
import assert from 'node:assert/strict';
import {
  DynamoDBClient,
  type AttributeValue,
  type StreamViewType,
  type TransactionCanceledException,
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
  streams: DynamoDBStreamsClient;
  /** @returns a table's name, the same for the same label. The first call decides whether it has a stream. */
  table(label?: string, stream?: StreamViewType): Promise<string>;
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
    streams,
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
      return TableName;
    },
    close() {
      client.destroy();
      streams.destroy();
    },
  };
}

/** An item with the key `id` and more attributes. */
export function item(id: string, more: Record<string, string | number> = {}): Item {
  const attributes = Object.entries(more).map(([name, value]) => [
    name,
    typeof value === 'number' ? { N: String(value) } : { S: value },
  ]);
  return { id: { S: id }, ...Object.fromEntries(attributes) };
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
