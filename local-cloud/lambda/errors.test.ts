import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { createManualClock } from '../manual-clock.ts';
import type { FunctionError } from '../invocation.ts';
import { functionBundle } from './testing/function-bundle.ts';
import { startLambda } from './testing/start-lambda.ts';

const FINE = 'export const handler = async () => "fine";';
const newRequestId = () => 'request-1';

describe('an error of the function is reported as Lambda reports it', () => {
  const cases: { name: string; code: string; error: Omit<FunctionError, 'trace'> }[] = [
    {
      name: 'an error',
      code: 'class CountError extends Error { name = "CountError" }; export const handler = async () => { throw new CountError("too few") }',
      error: { errorType: 'CountError', errorMessage: 'too few' },
    },
    {
      name: 'a synchronous throw',
      code: 'export const handler = () => { null.x }',
      error: { errorType: 'TypeError', errorMessage: "Cannot read properties of null (reading 'x')" },
    },
    {
      name: 'a thrown string',
      code: 'export const handler = async () => { throw "a string" }',
      error: { errorType: 'string', errorMessage: 'a string' },
    },
    {
      name: 'an answer that is not JSON',
      code: 'export const handler = async () => 1n',
      error: {
        errorType: 'Error',
        errorMessage: 'Unable to stringify response body: TypeError: Do not know how to serialize a BigInt',
      },
    },
    {
      name: 'an answer that is too large',
      code: 'export const handler = async () => "A".repeat(6_291_556)',
      error: {
        errorType: 'Function.ResponseSizeTooLarge',
        errorMessage: 'Response payload size exceeded maximum allowed payload size (6291556 bytes).',
      },
    },
    {
      name: 'an unhandled rejection',
      code: 'export const handler = async () => { Promise.reject(new Error("lost")); await new Promise(() => {}) }',
      error: { errorType: 'Runtime.UnhandledPromiseRejection', errorMessage: 'Error: lost' },
    },
    {
      name: 'an exception outside the handler',
      code: 'export const handler = async () => { setImmediate(() => { throw new RangeError("late") }); await new Promise(() => {}) }',
      error: { errorType: 'RangeError', errorMessage: 'late' },
    },
    {
      name: 'process.exit(0)',
      code: 'export const handler = async () => process.exit(0)',
      error: {
        errorType: 'Runtime.ExitError',
        errorMessage: 'RequestId: request-1 Error: Runtime exited without providing a reason',
      },
    },
    {
      name: 'process.exit(3)',
      code: 'export const handler = async () => process.exit(3)',
      error: {
        errorType: 'Runtime.ExitError',
        errorMessage: 'RequestId: request-1 Error: Runtime exited with error: exit status 3',
      },
    },
    {
      name: 'a heap that fills up',
      code: 'export const handler = async () => { const all = []; for (;;) all.push({ at: all.length }) }',
      error: {
        errorType: 'Runtime.ExitError',
        errorMessage: 'RequestId: request-1 Error: Runtime exited with error: signal: aborted (core dumped)',
      },
    },
    {
      name: 'one allocation larger than the heap',
      code: 'export const handler = async () => { new Array(3e8).fill({}) }',
      error: {
        errorType: 'Runtime.ExitError',
        errorMessage: 'RequestId: request-1 Error: Runtime exited with error: signal: aborted (core dumped)',
      },
    },
  ];
  for (const { name, code, error } of cases) {
    test(name, async (t) => {
      // Filling a heap takes a while on a busy machine; the function must not time out first.
      const fine = functionBundle(t, FINE, { functionName: 'fine', timeout: 60 });
      const failing = functionBundle(t, code, { memorySize: 64, timeout: 60 });
      const lambda = startLambda(t, [failing, fine], { newRequestId });

      const { functionError, payload } = await lambda.invoke('greeter', {});

      const { trace, ...rest } = functionError!;
      assert.deepEqual(rest, error);
      assert.equal(payload, undefined);
      assert.ok(trace === undefined || Array.isArray(trace));
      assert.equal((await lambda.invoke('fine', {})).payload, 'fine', 'other functions still run');
      assert.ok(lambda.lines.some((line) => line.includes('request-1\tERROR\tInvoke Error')));
      assert.equal(lambda.invocations[0]?.functionError?.errorType, error.errorType);
    });
  }
});

describe('a function that cannot be loaded fails its first event', () => {
  const cases: { name: string; code: string; handler?: string; errorType: string; errorMessage: RegExp }[] = [
    {
      name: 'it throws while loading',
      code: 'throw new TypeError("COUNTER_SHARDS is missing")',
      errorType: 'TypeError',
      errorMessage: /^COUNTER_SHARDS is missing$/,
    },
    {
      name: 'the handler is not exported',
      code: 'export const other = 1',
      errorType: 'Runtime.HandlerNotFound',
      errorMessage: /^index\.handler is undefined or not exported$/,
    },
    {
      name: 'the handler is not a function',
      code: 'export const handler = 1',
      errorType: 'Runtime.HandlerNotFound',
      errorMessage: /^index\.handler is not a function$/,
    },
    {
      name: 'the module is missing',
      code: FINE,
      handler: 'other.handler',
      errorType: 'Runtime.ImportModuleError',
      errorMessage: /^Error: Cannot find module 'other' in /,
    },
    {
      name: 'a dependency is missing',
      code: 'import "not-in-the-bundle"',
      errorType: 'Runtime.ImportModuleError',
      errorMessage: /not-in-the-bundle/,
    },
    {
      name: 'the code is not JavaScript',
      code: 'export const = ;',
      errorType: 'Runtime.UserCodeSyntaxError',
      errorMessage: /^SyntaxError: /,
    },
    {
      name: 'the handler names no export',
      code: FINE,
      handler: 'index',
      errorType: 'Runtime.MalformedHandlerName',
      errorMessage: /^Bad handler: index$/,
    },
    {
      name: 'the handler takes a callback',
      code: 'export const handler = (event, context, callback) => callback(null, 1)',
      errorType: 'Runtime.CallbackHandlerDeprecated',
      errorMessage: /Make it an async function/,
    },
    {
      name: 'it exits while it is loaded',
      code: 'process.exit(2)',
      errorType: 'Runtime.ExitError',
      errorMessage: /exit status 2$/,
    },
  ];
  for (const { name, code, handler = 'index.handler', errorType, errorMessage } of cases) {
    test(name, async (t) => {
      const lambda = startLambda(t, functionBundle(t, code, { handler }));

      const [warmed, invoked] = [await lambda.warm('greeter'), await lambda.invoke('greeter', {})];

      assert.equal(warmed?.errorType, errorType);
      assert.match(warmed.errorMessage, errorMessage);
      assert.equal(invoked.functionError?.errorType, errorType);
    });
  }
});

for (const fileName of ['index.mjs', 'index.cjs', 'index.js']) {
  test(`${fileName} is found`, async (t) => {
    const code = fileName === 'index.cjs' || fileName === 'index.js' ? 'exports.handler = () => 1' : FINE;
    const lambda = startLambda(t, functionBundle(t, code, { fileName }));

    const result = await lambda.invoke('greeter', {});

    assert.ok(result.payload, JSON.stringify(result));
  });
}

test('the error names a missing code folder', async (t) => {
  const lambda = startLambda(t, functionBundle(t, FINE, { codeDirectory: '/nowhere/dist/greeter' }));

  const { functionError } = await lambda.invoke('greeter', {});

  assert.equal(functionError?.errorType, 'ServiceException');
  assert.match(functionError.errorMessage, /process in \/nowhere\/dist\/greeter\. Does it exist\?/);
});

test('an invalid environment variable fails only its event', async (t) => {
  const lambda = startLambda(t, functionBundle(t, FINE, { environment: { BROKEN: 'a\0b' } }));

  const { functionError } = await lambda.invoke('greeter', {});

  assert.equal(functionError?.errorType, 'ServiceException');
  assert.deepEqual(lambda.status('greeter'), { idle: 0, busy: 0, starting: 0, queued: 0 });
});

test('an endless loop is killed at the timeout, and the next event gets a new environment', async (t) => {
  const clock = createManualClock();
  const code = `export const handler = async ({ loop }) => {
    if (loop) { console.log('looping'); for (;;); }
    return process.pid;
  }`;
  const lambda = startLambda(t, functionBundle(t, code), { clock, newRequestId });
  const { payload: firstProcess } = await lambda.invoke('greeter', {});
  const hung = lambda.invoke('greeter', { loop: true });
  await lambda.line((line) => line === 'looping');

  clock.advance(2999);
  assert.equal(lambda.status('greeter').busy, 1);
  clock.advance(1);
  const result = await hung;

  assert.deepEqual(result.functionError, {
    errorType: 'Sandbox.Timedout',
    errorMessage: 'RequestId: request-1 Error: Task timed out after 3.00 seconds',
  });
  assert.equal(result.durationMs, 3000);
  const { payload: nextProcess } = await lambda.invoke('greeter', {});
  assert.ok(typeof nextProcess === 'number' && nextProcess !== firstProcess);
});

test('an init phase longer than ten seconds times out', async (t) => {
  const clock = createManualClock();
  const lambda = startLambda(t, functionBundle(t, 'console.log("loading"); await new Promise(() => {})'), {
    clock,
  });
  const invoked = lambda.invoke('greeter', {});
  await lambda.line((line) => line === 'loading');

  clock.advance(10_000);

  assert.equal((await invoked).functionError?.errorType, 'Sandbox.Timedout');
});

test('lines written before process.exit are kept', async (t) => {
  const code = 'export const handler = async () => { console.log("last words"); process.exit(1) }';
  const lambda = startLambda(t, functionBundle(t, code));

  await lambda.invoke('greeter', {});

  assert.equal(lambda.lines[0], 'last words');
});

test('an unknown function and a large event are refused without an invocation', async (t) => {
  const lambda = startLambda(t, functionBundle(t, FINE));

  const unknown = await lambda.invoke('nobody', {});
  const large = await lambda.invoke('greeter', 'A'.repeat(6_291_556));
  const largeAsync = lambda.invokeAsync('greeter', 'A'.repeat(1_048_576));

  assert.deepEqual(unknown.functionError, {
    errorType: 'ResourceNotFoundException',
    errorMessage: 'Function not found: arn:aws:lambda:eu-central-1:000000000000:function:nobody',
  });
  assert.equal(large.functionError?.errorType, 'RequestTooLargeException');
  assert.match(large.functionError.errorMessage, /smaller than 6291556 bytes/);
  assert.match(largeAsync.functionError!.errorMessage, /smaller than 1048576 bytes/);
  assert.deepEqual(lambda.invocations, []);
});
