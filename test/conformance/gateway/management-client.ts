/** Two clients for @connections: AWS's SDK, and plain HTTP with a signature that a test can get wrong. */
import { once } from 'node:events';
import { request, type IncomingMessage } from 'node:http';
import { text } from 'node:stream/consumers';
import { ApiGatewayManagementApi } from '@aws-sdk/client-apigatewaymanagementapi';
import { SignatureV4 } from '@smithy/signature-v4';
import { Sha256 } from '../../support/sha256.ts';
import type { Stage } from './target.ts';

/** An SDK client that neither retries nor keeps connections open. */
export function sdkFor({
  managementEndpoint: endpoint,
  region,
  credentials,
}: Stage): ApiGatewayManagementApi {
  const requestHandler = { httpAgent: { keepAlive: false } };
  return new ApiGatewayManagementApi({ endpoint, region, credentials, requestHandler, maxAttempts: 1 });
}

export interface RawCall {
  method?: string;
  /** Default: the connection's path. */
  path?: string;
  connectionId?: string;
  body?: string | Buffer;
  /** Signed instead of `body`. */
  signedBody?: string;
  credentials?: Stage['credentials'];
  region?: string;
  /** Time of the signature, in milliseconds since 1970. Default: the stage's now. */
  at?: number;
  unsigned?: boolean;
}

/** Sends one HTTP request to @connections. */
export async function call(stage: Stage, options: RawCall) {
  const { method = 'POST', body = '', connectionId = '' } = options;
  const endpoint = new URL(stage.managementEndpoint);
  const { protocol, hostname, port } = endpoint;
  const ofConnection = `${endpoint.pathname.replace(/\/$/, '')}/@connections/${encodeURIComponent(connectionId)}`;
  const { path = ofConnection, signedBody = body } = options;
  const plain = { method, protocol, hostname, path, headers: { host: endpoint.host }, body: signedBody };
  const { credentials = stage.credentials, region = stage.region, at = stage.now() } = options;
  const signer = new SignatureV4({ credentials, region, service: 'execute-api', sha256: Sha256 });
  const { headers } = options.unsigned ? plain : await signer.sign(plain, { signingDate: new Date(at) });
  const length = { 'content-length': Buffer.byteLength(body) };
  const outgoing = request({ hostname, port, method, path, headers: { ...headers, ...length } }).end(body);
  const [response] = (await once(outgoing, 'response')) as [IncomingMessage];
  const errorType = response.headers['x-amzn-errortype'];
  return { statusCode: response.statusCode, errorType, body: await text(response) };
}
