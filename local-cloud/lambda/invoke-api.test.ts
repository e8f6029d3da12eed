import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { SignatureV4 } from '@smithy/signature-v4';
import { Sha256 } from '../../test/support/sha256.ts';
import { createVerifier } from '../signature.ts';
import { createInvokeApi } from './invoke-api.ts';
import { functionBundle } from './testing/function-bundle.ts';
import { startLambda, type StartedLambda } from './testing/start-lambda.ts';

const REGION = 'eu-central-1';
const CREDENTIALS = { accessKeyId: 'local', secretAccessKey: 'secret' };
const CODE = `export const handler = async (event) => {
  if (event.fail) throw new RangeError('too far');
  console.log('ran', JSON.stringify(event));
  return { got: event };
}`;

interface Call {
  functionName?: string;
  body?: string;
  headers?: Record<string, string>;
  method?: string;
  path?: string;
  credentials?: typeof CREDENTIALS;
  unsigned?: boolean;
}

async function start(
  t: TestContext,
): Promise<{ lambda: StartedLambda; call(input: Call): Promise<Response> }> {
  const lambda = startLambda(t, functionBundle(t, CODE));
  const verify = createVerifier({
    credentials: CREDENTIALS,
    region: REGION,
    service: 'lambda',
    now: Date.now,
  });
  const api = createInvokeApi(lambda, verify);
  t.after(() => api.close());
  const endpoint = new URL(`http://127.0.0.1:${await api.listen()}`);
  return {
    lambda,
    async call({
      functionName = 'greeter',
      body = '',
      headers = {},
      method = 'POST',
      credentials = CREDENTIALS,
      path,
      unsigned,
    }) {
      const signer = new SignatureV4({ credentials, region: REGION, service: 'lambda', sha256: Sha256 });
      const signed = await signer.sign({
        method,
        protocol: endpoint.protocol,
        hostname: endpoint.hostname,
        port: Number(endpoint.port),
        path: path ?? `/2015-03-31/functions/${encodeURIComponent(functionName)}/invocations`,
        headers: { host: endpoint.host, ...headers },
        body,
      });
      return fetch(new URL(signed.path, endpoint), {
        method,
        headers: unsigned ? {} : signed.headers,
        ...(body && { body }),
      });
    },
  };
}

test('a signed request invokes the function and gets its answer', async (t) => {
  const { call } = await start(t);

  const response = await call({ body: '{"name":"Ada"}' });

  assert.equal(response.status, 200);
  assert.deepEqual(await response.json(), { got: { name: 'Ada' } });
  assert.equal(response.headers.get('x-amz-executed-version'), '$LATEST');
  assert.equal(response.headers.get('x-amz-function-error'), null);
  assert.match(response.headers.get('x-amzn-requestid')!, /^[0-9a-f-]{36}$/);
});

for (const functionName of ['arn:aws:lambda:eu-central-1:000000000000:function:greeter', 'greeter:$LATEST']) {
  test(`${functionName} names the function, and a missing payload is an empty event`, async (t) => {
    const { call } = await start(t);

    const response = await call({ functionName });

    assert.deepEqual(await response.json(), { got: {} });
  });
}

test("a function's error gets 200 with X-Amz-Function-Error", async (t) => {
  const { call } = await start(t);

  const response = await call({ body: '{"fail":true}' });

  assert.equal(response.status, 200);
  assert.equal(response.headers.get('x-amz-function-error'), 'Unhandled');
  const { errorType, errorMessage } = (await response.json()) as Record<string, string>;
  assert.deepEqual({ errorType, errorMessage }, { errorType: 'RangeError', errorMessage: 'too far' });
});

test('an Event invocation gets 202 immediately, and runs', async (t) => {
  const { call, lambda } = await start(t);

  const response = await call({ body: '{"name":"Ada"}', headers: { 'x-amz-invocation-type': 'Event' } });

  assert.equal(response.status, 202);
  assert.equal(await response.text(), '');
  assert.equal(await lambda.line((line) => line.startsWith('ran')), 'ran {"name":"Ada"}');
});

const large = (bytes: number) => JSON.stringify('A'.repeat(bytes));
for (const [name, input, status, errorType] of [
  ['an unknown function', { functionName: 'unknown' }, 404, 'ResourceNotFoundException'],
  ['invalid JSON', { body: '{' }, 400, 'InvalidRequestContentException'],
  ['a large event', { body: large(6_291_556) }, 413, 'RequestTooLargeException'],
  [
    'a large event of an Event invocation',
    { body: large(1_048_576), headers: { 'x-amz-invocation-type': 'Event' } },
    413,
    'RequestTooLargeException',
  ],
  [
    'an unknown invocation type',
    { headers: { 'x-amz-invocation-type': 'Sometimes' } },
    400,
    'InvalidParameterValueException',
  ],
  ['another operation', { path: '/2015-03-31/functions' }, 404, 'UnknownOperationException'],
  ['another method', { method: 'DELETE' }, 404, 'UnknownOperationException'],
  ['an unsigned request', { unsigned: true }, 403, 'MissingAuthenticationTokenException'],
  [
    'a wrong secret',
    { credentials: { accessKeyId: 'local', secretAccessKey: 'guessed' } },
    403,
    'InvalidSignatureException',
  ],
] as [string, Call, number, string][]) {
  test(`${name} is refused: ${status} ${errorType}`, async (t) => {
    const { call, lambda } = await start(t);

    const response = await call(input);

    assert.equal(response.status, status);
    assert.equal(response.headers.get('x-amzn-errortype'), errorType);
    assert.ok(((await response.json()) as { message: string }).message);
    assert.deepEqual(lambda.invocations, []);
  });
}
