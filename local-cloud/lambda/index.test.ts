import assert from 'node:assert/strict';
import { test } from 'node:test';
import { functionBundle } from './testing/function-bundle.ts';
import { HELD, holding, startLambda } from './testing/start-lambda.ts';

test('event and answer are passed as JSON', async (t) => {
  const fn = functionBundle('export const handler = async (event) => ({ got: event, when: new Date(0) })');
  const lambda = startLambda(t, fn, { newRequestId: () => 'request-1' });

  const result = await lambda.invoke('greeter', { name: 'Ada\u2028', dropped: undefined });

  assert.deepEqual(result.payload, { got: { name: 'Ada\u2028' }, when: '1970-01-01T00:00:00.000Z' });
  assert.equal(result.requestId, 'request-1');
  assert.equal(result.functionError, undefined);
  assert.ok(result.durationMs > 0);
});

test('a missing answer is null, and a missing event is an empty object', async (t) => {
  const lambda = startLambda(t, functionBundle('export const handler = (event) => event.none'));

  const result = await lambda.invoke('greeter', undefined);

  assert.equal(result.payload, null);
});

test('the context is that of Lambda’s Node.js runtime', async (t) => {
  const code = `export const handler = async (event, context) => {
    const { getRemainingTimeInMillis, ...rest } = context;
    return { ...rest, remaining: getRemainingTimeInMillis() };
  }`;
  const lambda = startLambda(t, functionBundle(code), {
    newRequestId: () => 'request-1',
  });

  const { remaining, logStreamName, ...context } = (await lambda.invoke('greeter', {})).payload as Record<
    string,
    unknown
  >;

  assert.deepEqual(context, {
    callbackWaitsForEmptyEventLoop: true,
    functionName: 'greeter',
    functionVersion: '$LATEST',
    memoryLimitInMB: '128',
    logGroupName: '/aws/lambda/greeter',
    invokedFunctionArn: 'arn:aws:lambda:eu-central-1:000000000000:function:greeter',
    awsRequestId: 'request-1',
  });
  assert.match(String(logStreamName), /^\d{4}\/\d\d\/\d\d\/\[\$LATEST\][0-9a-f]{32}$/);
  assert.ok(Number(remaining) > 0 && Number(remaining) <= 3000, `remaining ${remaining}`);
});

test("a function sees Lambda's environment and its own, but not the host's", async (t) => {
  process.env['HOST_SECRET'] = 'leaked';
  t.after(() => delete process.env['HOST_SECRET']);
  const fn = functionBundle('export const handler = async () => ({ env: process.env, cwd: process.cwd() })', {
    environment: { VISITOR_COUNT_TABLE: 'VisitorCount', AWS_ENDPOINT_URL_DYNAMODB: 'http://own' },
  });
  const lambda = startLambda(t, fn, {
    environment: { AWS_ENDPOINT_URL_DYNAMODB: 'http://shared', AWS_ACCESS_KEY_ID: 'local' },
  });

  const { env, cwd } = (await lambda.invoke('greeter', {})).payload as {
    env: Record<string, string>;
    cwd: string;
  };

  const { AWS_LAMBDA_LOG_STREAM_NAME: logStreamName, ...rest } = env;
  assert.ok(logStreamName);
  assert.deepEqual(rest, {
    _HANDLER: 'index.handler',
    AWS_ACCESS_KEY_ID: 'local',
    AWS_CONFIG_FILE: '/dev/null',
    AWS_DEFAULT_REGION: 'eu-central-1',
    AWS_ENDPOINT_URL_DYNAMODB: 'http://own',
    AWS_EXECUTION_ENV: `AWS_Lambda_nodejs${process.versions.node.split('.')[0]}.x`,
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: '128',
    AWS_LAMBDA_FUNCTION_NAME: 'greeter',
    AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
    AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand',
    AWS_LAMBDA_LOG_GROUP_NAME: '/aws/lambda/greeter',
    AWS_REGION: 'eu-central-1',
    AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
    LAMBDA_TASK_ROOT: fn.codeDirectory,
    LANG: 'en_US.UTF-8',
    PATH: '/usr/local/bin:/usr/bin:/bin:/opt/bin',
    TZ: ':UTC',
    VISITOR_COUNT_TABLE: 'VisitorCount',
  });
  assert.equal(cwd, fn.codeDirectory);
});

test('log lines arrive in order and before the answer', async (t) => {
  const code = `console.log('in\u2028it');
    export const handler = async () => { console.log('%s is %d', 'answer', 42, { deep: true }); console.error('two\\nlines') }`;
  const lambda = startLambda(t, functionBundle(code));

  await lambda.invoke('greeter', {});

  assert.deepEqual(lambda.lines, ['in\u2028it', 'answer is 42 { deep: true }', 'two', 'lines']);
});

test('each line on stdout belongs to the event that wrote it, also in a queue and without a line break', async (t) => {
  const code = `export const handler = async ({ id }, { awsRequestId }) => {
    process.stdout.write(awsRequestId + ' first\\n' + awsRequestId + ' left open');
    return id;
  }`;
  const lambda = startLambda(t, functionBundle(code), { maxConcurrency: 1 });

  await Promise.all(Array.from({ length: 50 }, (_, id) => lambda.invoke('greeter', { id })));
  // Its lines come before those of the next event.
  await lambda.invoke('greeter', { id: 'last' });

  const logged = lambda.events.filter((event) => event.type === 'log');
  assert.ok(logged.length >= 100);
  for (const { requestId, line } of logged) assert.equal(line.split(' ')[0], requestId);
  const invoked = lambda.events.filter((event) => event.type === 'invoke');
  const [first, second] = lambda.invocations;
  assert.ok(first!.initDurationMs! > 0);
  assert.equal(second!.initDurationMs, undefined, 'only the first event of a process waits for its init');
  assert.equal(second!.memorySize, 128);
  assert.deepEqual(
    lambda.invocations.map(({ requestId, result }) => [requestId, result]),
    invoked.map(({ requestId, payload }) => [requestId, JSON.stringify(JSON.parse(payload).id)]),
  );
  assert.ok(lambda.invocations.every(({ maxMemoryUsed }) => maxMemoryUsed! > 10 && maxMemoryUsed! < 1_000));
});

test('kill ends what is running like a crash; the next event gets a new process', async (t) => {
  const code = `${HELD}
    export const handler = async ({ name }) => name === 'held' ? held(name) : name;`;
  const lambda = startLambda(t, functionBundle(code));
  const running = lambda.invoke('greeter', { name: 'held' });
  await holding(lambda, 'held');

  assert.equal(lambda.kill('greeter'), 1);

  assert.equal((await running).functionError?.errorType, 'Runtime.ExitError');
  assert.equal((await lambda.invoke('greeter', { name: 'Ada' })).payload, 'Ada');
  assert.equal(lambda.kill('greeter'), 0);
});
