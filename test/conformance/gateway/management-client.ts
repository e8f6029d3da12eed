/** Two clients for @connections: AWS's SDK, and plain HTTP with a signature that a test can get wrong. */
import { ApiGatewayManagementApiClient } from '@aws-sdk/client-apigatewaymanagementapi';
import { SignatureV4 } from '@smithy/signature-v4';
import { request } from 'node:http';
import { text } from 'node:stream/consumers';
import { Sha256 } from '../../../functions/shared/sha256.ts';
import type { Stage } from './target.ts';

/** Runs `use` with an SDK client that does not retry. */
export async function withSdk<T>(
  stage: Stage,
  use: (client: ApiGatewayManagementApiClient) => Promise<T>,
): Promise<T> {
  const { managementEndpoint: endpoint, region, credentials } = stage;
  const client = new ApiGatewayManagementApiClient({ endpoint, region, credentials, maxAttempts: 1 });
  try {
    return await use(client);
  } finally {
    client.destroy();
  }
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
  const { method = 'POST', body = '', connectionId = '', unsigned = false } = options;
  const endpoint = new URL(stage.managementEndpoint);
  const path =
    options.path ??
    `${endpoint.pathname.replace(/\/$/, '')}/@connections/${encodeURIComponent(connectionId)}`;
  const plain = {
    method,
    protocol: endpoint.protocol,
    hostname: endpoint.hostname,
    path,
    headers: { host: endpoint.host },
    body: options.signedBody ?? body,
  };
  const signer = new SignatureV4({
    credentials: options.credentials ?? stage.credentials,
    region: options.region ?? stage.region,
    service: 'execute-api',
    sha256: Sha256,
  });
  const signed = unsigned
    ? plain
    : await signer.sign(plain, { signingDate: new Date(options.at ?? stage.now()) });
  return new Promise<{ statusCode: number | undefined; errorType: string | undefined; body: string }>(
    (resolve, reject) => {
      const { hostname: host, port } = endpoint;
      const length = { 'content-length': Buffer.byteLength(body) };
      const outgoing = request(
        { host, port, method, path, headers: { ...signed.headers, ...length } },
        (response) => {
          const errorType = response.headers['x-amzn-errortype'] as string | undefined;
          text(response).then(
            (received) => resolve({ statusCode: response.statusCode, errorType, body: received }),
            reject,
          );
        },
      );
      outgoing.on('error', reject);
      outgoing.end(body);
    },
  );
}
