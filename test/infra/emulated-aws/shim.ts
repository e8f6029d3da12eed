/**
 * A proxy in front of the emulators. Patches answer first; other DynamoDB calls go to the embedded engine, everything else to moto.
 */
import { createServer, request as httpRequest, type IncomingMessage, type ServerResponse } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { apigatewayv2 } from './apigatewayv2.ts';
import { budgets } from './budgets.ts';
import { cloudfront } from './cloudfront.ts';
import { dynamodb } from './dynamodb.ts';
import { eventSourceMappings } from './event-source-mappings.ts';
import { lambda } from './lambda.ts';
import { s3 } from './s3.ts';
import type { EmulatedRequest, EmulatedResponse } from './patch.ts';

export interface ShimOptions {
  /** Addresses of the emulator and of the engine: `http://127.0.0.1:5000`. */
  moto: string;
  dynamodb: string;
  /** Called for every request, with the answer's status. */
  onCall?: (request: EmulatedRequest, status: number) => void;
}

export async function startShim(options: ShimOptions) {
  const patches = [
    cloudfront(),
    apigatewayv2(),
    dynamodb(),
    budgets(),
    eventSourceMappings(),
    lambda(),
    s3(),
  ];
  const handle = async (incoming: IncomingMessage, response: ServerResponse) => {
    const body = await read(incoming);
    const url = new URL(incoming.url ?? '/', 'http://emulated');
    const request: EmulatedRequest = {
      method: incoming.method ?? 'GET',
      path: url.pathname,
      query: url.searchParams,
      headers: incoming.headers,
      body: body.toString(),
      target: String(incoming.headers['x-amz-target'] ?? ''),
      region:
        /Credential=[^/]+\/\d+\/([^/]+)\//.exec(incoming.headers.authorization ?? '')?.[1] ?? 'us-east-1',
    };
    const base = request.target.startsWith('DynamoDB') ? options.dynamodb : options.moto;
    const forward = async (changed?: string) => {
      const answer = await ask(base, incoming, changed === undefined ? body : Buffer.from(changed));
      return { ...answer, body: answer.bytes.toString() };
    };
    for (const patch of patches) {
      const answer = await patch(request, forward);
      if (!answer) continue;
      options.onCall?.(request, answer.status);
      // A patched body has another length and checksum; DynamoDB's clients compare the checksum.
      const { 'content-length': _length, 'x-amz-crc32': _checksum, ...headers } = answer.headers;
      response.writeHead(answer.status, headers).end(answer.status === 204 ? undefined : answer.body);
      return;
    }
    const answer = await ask(base, incoming, body);
    options.onCall?.(request, answer.status);
    response.writeHead(answer.status, answer.headers).end(answer.bytes);
  };
  const server = createServer((incoming, response) => {
    handle(incoming, response).catch((error: unknown) => response.writeHead(502).end(String(error)));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

async function read(stream: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

async function ask(
  base: string,
  { method, url, headers }: IncomingMessage,
  body: Buffer,
): Promise<Omit<EmulatedResponse, 'body'> & { bytes: Buffer }> {
  const { hostname, port } = new URL(base);
  const outgoing = httpRequest({
    hostname,
    port,
    method,
    path: url,
    // moto closes idle connections without notice.
    agent: false,
    headers: { ...headers, ...(body.length > 0 && { 'content-length': body.length }) },
  });
  outgoing.end(body);
  const [answer] = (await once(outgoing, 'response')) as [IncomingMessage];
  const bytes = await read(answer);
  const kept = Object.entries(answer.headers).filter(
    ([name]) => !['connection', 'transfer-encoding', 'content-length'].includes(name),
  );
  const isHead = method === 'HEAD';
  return {
    status: answer.statusCode ?? 500,
    headers: {
      ...(Object.fromEntries(kept) as Record<string, string>),
      'content-length': isHead ? String(answer.headers['content-length'] ?? 0) : String(bytes.length),
    },
    bytes,
  };
}
