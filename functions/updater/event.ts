import type { APIGatewayProxyResult, APIGatewayProxyWebsocketEventV2 } from 'aws-lambda';

/** An event of any route; only `$connect` has all headers and the query. */
export type WebSocketEvent = APIGatewayProxyWebsocketEventV2 & {
  requestContext: { identity?: { sourceIp?: string } };
  headers?: Record<string, string | undefined>;
  queryStringParameters?: Record<string, string | undefined>;
};

/** A header by its lower-case name; API Gateway passes names as the client wrote them. */
export function header(event: WebSocketEvent, name: string): string | undefined {
  for (const [key, value] of Object.entries(event.headers ?? {})) {
    if (key.toLowerCase() === name) return value;
  }
  return undefined;
}

/** A route's answer, as AWS_PROXY expects it. */
export function answer(statusCode: number, body?: unknown): APIGatewayProxyResult {
  return { statusCode, body: body === undefined ? '' : JSON.stringify(body) };
}
