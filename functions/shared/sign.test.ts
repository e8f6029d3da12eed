import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { test } from 'node:test';
import { SignatureV4 } from '@smithy/signature-v4';
import { Sha256 } from '../../test/support/sha256.ts';
import { createHttp, type HttpRequest } from './http.ts';

const NOW = Date.UTC(2026, 10, 26, 23, 59, 59, 500);
const REGION = 'eu-central-1';
const KEYS = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY' };
const POST = { method: 'POST', path: '/', headers: {}, body: '', timeoutMs: 3_000 } as const;

test('signs as AWS’s SDK does, also when requests follow each other', async (t) => {
  const received: IncomingMessage[] = [];
  const server = createServer((request, response) => (received.push(request), response.end()));
  await once(server.listen(0, '127.0.0.1'), 'listening');
  t.after(() => (server.close(), server.closeAllConnections()));
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

  const environment: NodeJS.ProcessEnv = {
    AWS_REGION: REGION,
    AWS_ACCESS_KEY_ID: KEYS.accessKeyId,
    AWS_SECRET_ACCESS_KEY: KEYS.secretAccessKey,
  };
  let now = NOW;
  const options = { maxSockets: 1, environment, now: () => now };
  const [gateway, s3] = ['execute-api', 's3'].map((service) => ({
    service,
    http: createHttp(service, endpoint, options),
  })) as [Client, Client];
  interface Client {
    service: string;
    http: ReturnType<typeof createHttp>;
  }
  const cases: [what: string, client: Client, request: Partial<HttpRequest>, change?: () => void][] = [
    ['an empty post', gateway, {}],
    ['a path with escapes', gateway, { path: '/live/@connections/L0SM9cOFvHcCIhw%3D', body: '{"count":1}' }],
    ['another path', gateway, { path: '/live/@connections/another%3D', body: '{"count":1}' }],
    ['another method', gateway, { path: '/live/@connections/another%3D', method: 'DELETE' }],
    ['another body', gateway, { path: '/a/', body: 'Grüezi' }],
    ['headers', gateway, { headers: { 'x-b': '2', accept: 'text/html', 'content-type': 'text/plain' } }],
    ['a session token', gateway, {}, () => (environment['AWS_SESSION_TOKEN'] = 'token')],
    [
      'another secret',
      gateway,
      {},
      () => (environment['AWS_SECRET_ACCESS_KEY'] = KEYS.secretAccessKey = 'new'),
    ],
    ['another day', gateway, {}, () => (now += 1_000)],
    [
      'an object',
      s3,
      { method: 'PUT', path: '/bucket/count.json', body: '{}', headers: { 'if-match': '"x"' } },
    ],
  ];
  for (const [what, { service, http }, changes, change] of cases) {
    change?.();
    const request = { ...POST, ...changes };
    assert.equal((await http(request)).statusCode, 200);
    const { method, url, headers } = received.at(-1)!;
    const { connection: _, authorization, 'content-length': __, ...sent } = headers as Record<string, string>;
    const sessionToken = environment['AWS_SESSION_TOKEN'];
    const signer = new SignatureV4({
      credentials: { ...KEYS, ...(sessionToken && { sessionToken }) },
      region: REGION,
      service,
      sha256: Sha256,
      applyChecksum: service === 's3',
    });
    const expected = await signer.sign(
      {
        method: method!,
        protocol: 'http:',
        hostname: '127.0.0.1',
        path: url!,
        query: {},
        headers: sent,
        body: request.body,
      },
      { signingDate: new Date(now) },
    );
    assert.equal(authorization, expected.headers['authorization'], what);
  }
});
