/** The first design's updater: `$connect` stores the connection id and adds one; `$disconnect` removes the id. */
import {
  DeleteItemCommand,
  DynamoDBClient,
  PutItemCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';

const client = new DynamoDBClient({});
const CONNECTIONS = process.env['CONNECTION_IDS_TABLE']!;
const COUNT = process.env['VISITOR_COUNT_TABLE']!;

interface Event {
  requestContext: { routeKey: string; connectionId: string };
}

export async function handler({ requestContext }: Event): Promise<{ statusCode: number }> {
  const connectionId = { connectionId: { S: requestContext.connectionId } };
  if (requestContext.routeKey === '$connect') {
    await client.send(new PutItemCommand({ TableName: CONNECTIONS, Item: connectionId }));
    await client.send(
      new UpdateItemCommand({
        TableName: COUNT,
        Key: { id: { S: 'visitors' } },
        UpdateExpression: 'ADD #count :one',
        ExpressionAttributeNames: { '#count': 'count' },
        ExpressionAttributeValues: { ':one': { N: '1' } },
      }),
    );
  } else {
    await client.send(new DeleteItemCommand({ TableName: CONNECTIONS, Key: connectionId }));
  }
  return { statusCode: 200 };
}
