import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { createHttp, type HttpRequest } from '../../functions/shared/http.ts';
import { createVerifier } from '../signature.ts';
import { createInvokeApi } from './invoke-api.ts';
import { functionBundle } from './testing/function-bundle.ts';
import { startLambda } from './testing/start-lambda.ts';

const REGION = 'eu-central-1';
const CODE = `export const handler = async (event) => {
  if (event.fail) throw new RangeError('too far');
  console.log('ran', JSON.stringify(event));
  return { got: event };
}`;

interface Call extends Partial<HttpRequest> {
  functionName?: string;
  secret?: string;
}

async function start(t: TestContext) {
  const lambda = startLambda(t, functionBundle(CODE));
  const verify = createVerifier({
    credentials: { accessKeyId: 'local', secretAccessKey: 'secret' },
    region: REGION,
    service: 'lambda',
    now: Date.now,
  });
  const api = createInvokeApi(lambda, verify);
  t.after(() => api.close());
  const endpoint = `http://127.0.0.1:${await api.listen()}`;
  const call = ({ functionName = 'greeter', secret = 'secret', ...request }: Call) => {
    const environment = { AWS_REGION: REGION, AWS_ACCESS_KEY_ID: 'local', AWS_SECRET_ACCESS_KEY: secret };
    const path = `/2015-03-31/functions/${encodeURIComponent(functionName)}/invocations`;
    const http = createHttp('lambda', endpoint, { maxSockets: 1, environment });
    return http({ method: 'POST', path, headers: {}, body: '', timeoutMs: 10_000, ...request });
  };
  return { lambda, call };
}

test('a signed request invokes the function and gets its answer', async (t) => {
  const { call } = await start(t);

  const response = await call({ body: '{"name":"Ada"}' });

  assert.equal(response.statusCode, 200);
  assert.deepEqual(JSON.parse(response.body), { got: { name: 'Ada' } });
  assert.equal(response.headers['x-amz-executed-version'], '$LATEST');
  assert.equal(response.headers['x-amz-function-error'], undefined);
  assert.match(String(response.headers['x-amzn-requestid']), /^[0-9a-f-]{36}$/);
});

for (const functionName of ['arn:aws:lambda:eu-central-1:000000000000:function:greeter', 'greeter:$LATEST']) {
  test(`${functionName} names the function, and a missing payload is an empty event`, async (t) => {
    const { call } = await start(t);

    const response = await call({ functionName });

    assert.deepEqual(JSON.parse(response.body), { got: {} });
  });
}

test("a function's error gets 200 with X-Amz-Function-Error", async (t) => {
  const { call } = await start(t);

  const response = await call({ body: '{"fail":true}' });

  assert.equal(response.statusCode, 200);
  assert.equal(response.headers['x-amz-function-error'], 'Unhandled');
  const { errorType, errorMessage } = JSON.parse(response.body) as Record<string, string>;
  assert.deepEqual({ errorType, errorMessage }, { errorType: 'RangeError', errorMessage: 'too far' });
});

test('an Event invocation gets 202 immediately, and runs', async (t) => {
  const { call, lambda } = await start(t);

  const response = await call({ body: '{"name":"Ada"}', headers: { 'x-amz-invocation-type': 'Event' } });

  assert.equal(response.statusCode, 202);
  assert.equal(response.body, '');
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
  ['another method', { method: 'DELETE' }, 404, 'UnknownOperationException'],
  ['a wrong secret', { secret: 'guessed' }, 403, 'InvalidSignatureException'],
] as [string, Call, number, string][]) {
  test(`${name} is refused: ${status} ${errorType}`, async (t) => {
    const { call, lambda } = await start(t);

    const response = await call(input);

    assert.equal(response.statusCode, status);
    assert.equal(response.headers['x-amzn-errortype'], errorType);
    assert.ok((JSON.parse(response.body) as { message: string }).message);
    assert.deepEqual(lambda.invocations, []);
  });
}
