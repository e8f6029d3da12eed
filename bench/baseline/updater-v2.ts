/** The first design's updater as it was written, with all of `aws-sdk` v2. */
import AWS from 'aws-sdk';

// Version 2 does not read this variable itself. On AWS it is not set.
const client = new AWS.DynamoDB.DocumentClient({ endpoint: process.env['AWS_ENDPOINT_URL_DYNAMODB'] });
const CONNECTIONS = process.env['CONNECTION_IDS_TABLE']!;
const COUNT = process.env['VISITOR_COUNT_TABLE']!;

interface Event {
  requestContext: { routeKey: string; connectionId: string };
}

export async function handler({ requestContext }: Event): Promise<{ statusCode: number }> {
  const { connectionId } = requestContext;
  if (requestContext.routeKey === '$connect') {
    await client.put({ TableName: CONNECTIONS, Item: { connectionId } }).promise();
    await client
      .update({
        TableName: COUNT,
        Key: { id: 'visitors' },
        UpdateExpression: 'ADD #count :one',
        ExpressionAttributeNames: { '#count': 'count' },
        ExpressionAttributeValues: { ':one': 1 },
      })
      .promise();
  } else {
    await client.delete({ TableName: CONNECTIONS, Key: { connectionId } }).promise();
  }
  return { statusCode: 200 };
}
