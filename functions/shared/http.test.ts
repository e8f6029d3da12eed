import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { test, type TestContext } from 'node:test';
import { createVerifier } from '../../local-cloud/signature.ts';
import { createHttp, type HttpRequest } from './http.ts';

const NOW = Date.UTC(2026, 10, 26, 23, 59, 59, 500);
const KEYS = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY' };
const ENVIRONMENT = {
  AWS_REGION: 'eu-central-1',
  AWS_ACCESS_KEY_ID: KEYS.accessKeyId,
  AWS_SECRET_ACCESS_KEY: KEYS.secretAccessKey,
};
const POST = { method: 'POST', path: '/', headers: {}, body: '', timeoutMs: 3_000 } as const;
const BODY = '{"count":1}';

async function serve(t: TestContext, answer: RequestListener): Promise<string> {
  const server = createServer(answer);
  await once(server.listen(0, '127.0.0.1'), 'listening');
  t.after(() => (server.close(), server.closeAllConnections()));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

interface Case {
  request: Partial<HttpRequest>;
  service?: 'execute-api' | 's3';
  /** Changes of the environment. */
  sets?: NodeJS.ProcessEnv;
  now?: number;
}

const cases: Record<string, Case> = {
  'an empty post': { request: {} },
  'a path with escapes': { request: { path: '/live/@connections/L0SM9cOFvHcCIhw%3D', body: BODY } },
  'another method': { request: { path: '/live/@connections/another%3D', method: 'DELETE' } },
  'a body that is not ASCII': { request: { path: '/a/', body: 'Grüezi' } },
  headers: { request: { headers: { 'x-b': '2', accept: 'text/html', 'content-type': 'text/plain' } } },
  'a session token': { request: {}, sets: { AWS_SESSION_TOKEN: 'token' } },
  'other credentials': {
    request: {},
    sets: { AWS_ACCESS_KEY_ID: 'AKIDROTATED', AWS_SECRET_ACCESS_KEY: 'new' },
  },
  'another day': { request: {}, now: NOW + 1_000 },
  'an object': {
    request: { method: 'PUT', path: '/bucket/count.json', body: BODY, headers: { 'if-match': '"x"' } },
    service: 's3',
  },
};
for (const [what, { request, service = 'execute-api', sets, now = NOW }] of Object.entries(cases))
  test(`signs ${what} as AWS verifies it, also after another request`, async (t) => {
    let received: IncomingMessage | undefined;
    const endpoint = await serve(t, (incoming, response) => ((received = incoming), response.end()));
    const environment: NodeJS.ProcessEnv = { ...ENVIRONMENT };
    let time = NOW;
    const http = createHttp(service, endpoint, { maxSockets: 1, environment, now: () => time });
    await http(POST);
    Object.assign(environment, sets);
    time = now;
    const sent = { ...POST, ...request };
    assert.equal((await http(sent)).statusCode, 200);
    const { method = '', url = '', headers } = received!;
    const { AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY } = environment;
    const verify = createVerifier({
      credentials: { accessKeyId: AWS_ACCESS_KEY_ID!, secretAccessKey: AWS_SECRET_ACCESS_KEY! },
      region: ENVIRONMENT.AWS_REGION,
      service,
      now: () => now,
    });
    const payloadHash = createHash('sha256').update(sent.body).digest('hex');
    assert.equal(verify({ method, url, headers, payloadHash }), undefined);
    assert.equal(headers['x-amz-security-token'], environment['AWS_SESSION_TOKEN']);
    // AWS requires it; the verifier does not.
    for (const name of Object.keys(headers).filter((name) => name.startsWith('x-amz-')))
      assert.match(headers.authorization!, new RegExp(`SignedHeaders=[^,]*\\b${name}\\b`));
  });

test('requests that wait for a socket are given up in their time, like the one that has it', async (t) => {
  const endpoint = await serve(t, () => {});
  const http = createHttp('dynamodb', endpoint, { maxSockets: 1, environment: ENVIRONMENT });
  const isGivenUp = (timeoutMs: number) =>
    assert.rejects(http({ ...POST, timeoutMs }), new RegExp(`no answer within ${timeoutMs} ms`));
  await Promise.all([60, 30, 90].map(isGivenUp));
});

test('without credentials, it says which variables are missing', () => {
  const environment = { AWS_REGION: 'eu-central-1' };
  assert.throws(() => createHttp('dynamodb', 'http://127.0.0.1:1', { maxSockets: 1, environment }), {
    message: /AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and AWS_REGION must be set/,
  });
});
