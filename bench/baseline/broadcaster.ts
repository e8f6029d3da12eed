/** The first design's broadcaster: for each stream record, scans all connections and posts the count to each. A 410 deletes the row. */
import {
  ApiGatewayManagementApiClient,
  PostToConnectionCommand,
} from '@aws-sdk/client-apigatewaymanagementapi';
import { DeleteItemCommand, DynamoDBClient, ScanCommand } from '@aws-sdk/client-dynamodb';
import type { DynamoDBStreamEvent } from 'aws-lambda';

const TableName = process.env['CONNECTION_IDS_TABLE']!;
/** Added for the benchmark: nothing is posted while the audience connects. */
const SEATS = Number(process.env['SEATS']);

const database = new DynamoDBClient({});
const api = new ApiGatewayManagementApiClient({ endpoint: process.env['API_GATEWAY_MANAGEMENT_ENDPOINT']! });

export async function handler(event: DynamoDBStreamEvent): Promise<void> {
  for (const record of event.Records) {
    const count = Number(record.dynamodb?.NewImage?.['count']?.N);
    if (count <= SEATS) continue;
    const { Items = [] } = await database.send(new ScanCommand({ TableName }));
    await Promise.all(
      Items.map(async ({ connectionId }) => {
        try {
          await api.send(
            new PostToConnectionCommand({ ConnectionId: connectionId!.S!, Data: JSON.stringify({ count }) }),
          );
        } catch (error) {
          // The first design read `error.statusCode` of SDK v2. SDK v3 has the same number here.
          const { $metadata } = error as { $metadata?: { httpStatusCode?: number } };
          if ($metadata?.httpStatusCode !== 410) throw error;
          await database.send(new DeleteItemCommand({ TableName, Key: { connectionId: connectionId! } }));
        }
      }),
    );
  }
}
