import { DynamoDBClient } from '@aws-sdk/client-dynamodb';

/** Per attempt. DynamoDB answers in milliseconds, so an attempt without an answer is lost. */
const CONNECTION_TIMEOUT_MS = 1_000;
const REQUEST_TIMEOUT_MS = 3_000;

/** The functions' client. The SDK reads region, credentials and endpoint from the environment. */
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

export interface Database {
  client: DynamoDBClient;
  connectionIdsTable: string;
  visitorCountTable: string;
  counterShards: number;
}
