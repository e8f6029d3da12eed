/** The first design's broadcaster as it was written, with all of `aws-sdk` v2. */
import AWS from 'aws-sdk';
import type { DynamoDBStreamEvent } from 'aws-lambda';

// Version 2 does not read this variable itself. On AWS it is not set.
const database = new AWS.DynamoDB.DocumentClient({ endpoint: process.env['AWS_ENDPOINT_URL_DYNAMODB'] });
const api = new AWS.ApiGatewayManagementApi({ endpoint: process.env['API_GATEWAY_MANAGEMENT_ENDPOINT']! });
const TableName = process.env['CONNECTION_IDS_TABLE']!;

export async function handler(event: DynamoDBStreamEvent): Promise<void> {
  for (const record of event.Records) {
    const count = Number(record.dynamodb?.NewImage?.['count']?.N);
    const { Items = [] } = await database.scan({ TableName }).promise();
    await Promise.all(
      Items.map(async ({ connectionId }) => {
        try {
          await api
            .postToConnection({ ConnectionId: connectionId, Data: JSON.stringify({ count }) })
            .promise();
        } catch (error) {
          if ((error as { statusCode?: number }).statusCode !== 410) throw error;
          await database.delete({ TableName, Key: { connectionId } }).promise();
        }
      }),
    );
  }
}
