import { DynamoDBClient } from '@aws-sdk/client-dynamodb';

/** One attempt: DynamoDB answers in milliseconds, so a second without an answer is a lost call. */
const CONNECTION_TIMEOUT_MS = 1_000;
const REQUEST_TIMEOUT_MS = 3_000;

/** The client that every function uses. Region, credentials and endpoint come from the environment, as the SDK reads it. */
export function createDynamoDBClient(): DynamoDBClient {
  return new DynamoDBClient({
    maxAttempts: 4,
    requestHandler: {
      connectionTimeout: CONNECTION_TIMEOUT_MS,
      requestTimeout: REQUEST_TIMEOUT_MS,
      throwOnRequestTimeout: true,
    },
  });
}

/** The tables and the client they are reached by. */
export interface Database {
  client: DynamoDBClient;
  connectionIdsTable: string;
  visitorCountTable: string;
  counterShards: number;
}
