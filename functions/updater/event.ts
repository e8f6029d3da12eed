import type { APIGatewayProxyResult, APIGatewayProxyWebsocketEventV2 } from 'aws-lambda';

/** What API Gateway sends for any route; `headers` and the query come with $connect only. */
export type WebSocketEvent = APIGatewayProxyWebsocketEventV2 & {
  requestContext: { identity?: { sourceIp?: string } };
  headers?: Record<string, string | undefined>;
  queryStringParameters?: Record<string, string | undefined>;
};

/** A header by its name; API Gateway passes names as the client wrote them. */
export function header(event: WebSocketEvent, name: string): string | undefined {
  for (const [key, value] of Object.entries(event.headers ?? {})) {
    if (key.toLowerCase() === name) return value;
  }
  return undefined;
}

/** The answer of a route, as AWS_PROXY expects it. */
export function answer(statusCode: number, body?: unknown): APIGatewayProxyResult {
  return { statusCode, body: body === undefined ? '' : JSON.stringify(body) };
}
