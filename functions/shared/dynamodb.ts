/**
 * A small DynamoDB client: its JSON protocol over a kept-alive connection, with the retries that the counter needs. The SDK's client is eight
 * times as large and starts three times as slowly (decision 13).
 */
import { randomUUID } from 'node:crypto';
import type {
  BatchGetItemInput,
  BatchGetItemOutput,
  CancellationReason,
  DeleteItemInput,
  DeleteItemOutput,
  GetItemInput,
  GetItemOutput,
  PutItemInput,
  PutItemOutput,
  ScanInput,
  ScanOutput,
  TransactWriteItemsInput,
  TransactWriteItemsOutput,
  UpdateItemInput,
  UpdateItemOutput,
} from '@aws-sdk/client-dynamodb';
import type { ServiceClock } from './clock.ts';
import type { Http, HttpResponse } from './http.ts';
import { backOff, MAX_ATTEMPTS, type Backoff } from './retry.ts';

/** Inputs and outputs by operation, as the SDK types them. */
export interface Operations {
  BatchGetItem: [BatchGetItemInput, BatchGetItemOutput];
  DeleteItem: [DeleteItemInput, DeleteItemOutput];
  GetItem: [GetItemInput, GetItemOutput];
  PutItem: [PutItemInput, PutItemOutput];
  Scan: [ScanInput, ScanOutput];
  TransactWriteItems: [TransactWriteItemsInput, TransactWriteItemsOutput];
  UpdateItem: [UpdateItemInput, UpdateItemOutput];
}

export interface DynamoDB {
  /** @throws {DynamoDBError} if DynamoDB rejects the request, or a network error, after all attempts */
  send<Name extends keyof Operations>(
    operation: Name,
    input: Operations[Name][0],
  ): Promise<Operations[Name][1]>;
}

/** The tables and their client. */
export interface Database {
  dynamodb: DynamoDB;
  connectionIdsTable: string;
  visitorCountTable: string;
  counterShards: number;
}

/** An answer other than 200. `name` is DynamoDB's: `ConditionalCheckFailedException`. */
export class DynamoDBError extends Error {
  readonly statusCode: number;
  /** Of a TransactionCanceledException, by item. */
  readonly CancellationReasons: CancellationReason[] | undefined;

  constructor({ statusCode, body }: Pick<HttpResponse, 'statusCode' | 'body'>) {
    const { __type, message, Message, CancellationReasons } = parse(body);
    super(message ?? Message ?? `DynamoDB answered ${statusCode}: ${body.slice(0, 200)}`);
    this.name = __type?.split('#').at(-1) ?? 'DynamoDBError';
    this.statusCode = statusCode;
    this.CancellationReasons = CancellationReasons;
  }
}

export interface DynamoDBOptions extends Backoff {
  http: Http;
  /** Called with every answer's `Date` header, and when the request was sent and answered. */
  clock?: Pick<ServiceClock, 'observe' | 'localNow'>;
}

/** DynamoDB answers in milliseconds: an attempt that takes longer is lost. */
const ATTEMPT_MS = 3_000;
const ATTEMPTS = 4;
/** The first retry after throttling or a lost answer waits up to 80 ms. */
const SLOWER = 2;

const RETRYABLE = new Set([
  'ThrottlingException',
  'ProvisionedThroughputExceededException',
  'RequestLimitExceeded',
  // Credentials and time are read again for each attempt.
  'ExpiredTokenException',
  'UnrecognizedClientException',
  'InvalidSignatureException',
]);

export function createDynamoDB({ http, clock, ...backoff }: DynamoDBOptions): DynamoDB {
  return {
    async send(operation, input) {
      // The token makes a retried transaction idempotent.
      const token = operation === 'TransactWriteItems' && { ClientRequestToken: randomUUID() };
      const request = {
        method: 'POST' as const,
        path: '/',
        headers: {
          'content-type': 'application/x-amz-json-1.0',
          'x-amz-target': `DynamoDB_20120810.${operation}`,
        },
        body: JSON.stringify({ ...token, ...input }),
        timeoutMs: ATTEMPT_MS,
      };
      for (let attempt = 1; ; attempt++) {
        try {
          const sentAt = clock?.localNow() ?? 0;
          const response = await http(request);
          clock?.observe(response.headers.date, sentAt);
          if (response.statusCode !== 200) throw new DynamoDBError(response);
          return JSON.parse(response.body);
        } catch (error) {
          // A transaction holds the item; it may be the one of the same connection's own `$connect`.
          const isConflict = error instanceof DynamoDBError && error.name === 'TransactionConflictException';
          if (!isRetryable(error) && !isConflict) throw error;
          if (attempt === (isConflict ? MAX_ATTEMPTS : ATTEMPTS)) throw error;
          await backOff(backoff, isConflict ? attempt : attempt + SLOWER);
        }
      }
    },
  };
}

/** @returns undefined if the write's condition did not hold */
export async function unlessConditionFails<T>(write: () => Promise<T>): Promise<T | undefined> {
  try {
    return await write();
  } catch (error) {
    if ((error as Error).name === 'ConditionalCheckFailedException') return undefined;
    throw error;
  }
}

/** Whether an error is temporary: DynamoDB is overloaded, or the network lost the request or its answer. */
function isRetryable(error: unknown): boolean {
  return !(error instanceof DynamoDBError) || error.statusCode >= 500 || RETRYABLE.has(error.name);
}

function parse(body: string): {
  __type?: string;
  message?: string;
  Message?: string;
  CancellationReasons?: CancellationReason[];
} {
  try {
    return JSON.parse(body);
  } catch {
    return {};
  }
}
