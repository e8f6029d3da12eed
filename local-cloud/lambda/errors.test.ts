import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { describe, test } from 'node:test';
import { createManualClock } from '../manual-clock.ts';
import { functionBundle } from './testing/function-bundle.ts';
import { startLambda } from './testing/start-lambda.ts';

const FINE = 'export const handler = async () => "fine";';
const newRequestId = () => 'request-1';

const exited = (how: string) => `Runtime.ExitError: RequestId: request-1 Error: Runtime exited ${how}`;
const ABORTED = exited('with error: signal: aborted (core dumped)');

describe('an error of the function is reported as Lambda reports it', () => {
  for (const [name, body, expected] of [
    [
      'an error',
      'async () => { throw Object.assign(new Error("few"), { name: "CountError" }) }',
      'CountError: few',
    ],
    ['a synchronous throw', '() => { null.x }', "TypeError: Cannot read properties of null (reading 'x')"],
    ['a thrown string', 'async () => { throw "a string" }', 'string: a string'],
    [
      'an answer that is not JSON',
      'async () => 1n',
      'Error: Unable to stringify response body: TypeError: Do not know how to serialize a BigInt',
    ],
    [
      'an answer that is too large',
      'async () => "A".repeat(6_291_556)',
      'Function.ResponseSizeTooLarge: Response payload size exceeded maximum allowed payload size (6291556 bytes).',
    ],
    [
      'an unhandled rejection',
      'async () => { Promise.reject(new Error("lost")); await new Promise(() => {}) }',
      'Runtime.UnhandledPromiseRejection: Error: lost',
    ],
    [
      'an exception outside the handler',
      'async () => { setImmediate(() => { throw new RangeError("late") }); await new Promise(() => {}) }',
      'RangeError: late',
    ],
    ['process.exit(0)', 'async () => process.exit(0)', exited('without providing a reason')],
    ['process.exit(3)', 'async () => process.exit(3)', exited('with error: exit status 3')],
    [
      'a heap that fills up',
      'async () => { for (const all = []; ; ) all.push({ at: all.length }) }',
      ABORTED,
    ],
    ['one allocation larger than the heap', 'async () => { new Array(3e8).fill({}) }', ABORTED],
  ] as const)
    test(name, async (t) => {
      // Filling a heap takes a while on a busy machine; the function must not time out first.
      const failing = functionBundle(`export const handler = ${body}`, { memorySize: 64, timeout: 60 });
      const lambda = startLambda(t, failing, { newRequestId });

      const { functionError, payload } = await lambda.invoke('greeter', {});

      const { errorType, errorMessage, trace } = functionError!;
      assert.equal(`${errorType}: ${errorMessage}`, expected);
      assert.equal(payload, undefined);
      assert.ok(trace === undefined || Array.isArray(trace));
      assert.ok(lambda.lines.some((line) => line.includes('request-1\tERROR\tInvoke Error')));
      assert.equal(lambda.invocations[0]?.functionError?.errorType, errorType);
    });
});

describe('a function that cannot be loaded fails its first event', () => {
  const callback = 'export const handler = (event, context, callback) => callback(null, 1)';
  for (const [name, code, expected, handler = 'index.handler'] of [
    ['it throws while loading', 'throw new TypeError("no table")', /^TypeError: no table$/],
    [
      'the handler is not exported',
      'export const other = 1',
      /^Runtime\.HandlerNotFound: index\.handler is undefined or not exported$/,
    ],
    [
      'the handler is not a function',
      'export const handler = 1',
      /^Runtime\.HandlerNotFound: index\.handler is not a function$/,
    ],
    ['the module is missing', FINE, /^Runtime\.ImportModuleError: .* module 'other' in /, 'other.handler'],
    ['a dependency is missing', 'import "not-there"', /^Runtime\.ImportModuleError: .*not-there/],
    ['the code is not JavaScript', 'export const = ;', /^Runtime\.UserCodeSyntaxError: SyntaxError: /],
    ['the handler names no export', FINE, /^Runtime\.MalformedHandlerName: Bad handler: index$/, 'index'],
    ['the handler takes a callback', callback, /^Runtime\.CallbackHandlerDeprecated: .* takes a callback/],
  ] as [string, string, RegExp, string?][])
    test(name, async (t) => {
      const lambda = startLambda(t, functionBundle(code, { handler }));

      const { errorType, errorMessage } = (await lambda.warm('greeter'))!;

      assert.match(`${errorType}: ${errorMessage}`, expected);
      assert.equal((await lambda.invoke('greeter', {})).functionError?.errorType, errorType);
    });
});

for (const fileName of ['index.mjs', 'index.cjs', 'index.js']) {
  test(`${fileName} is found`, async (t) => {
    const code = fileName === 'index.cjs' || fileName === 'index.js' ? 'exports.handler = () => 1' : FINE;
    const lambda = startLambda(t, functionBundle(code, { fileName }));

    const result = await lambda.invoke('greeter', {});

    assert.ok(result.payload, JSON.stringify(result));
  });
}

test('the error names a missing code folder', async (t) => {
  const lambda = startLambda(t, functionBundle(FINE, { codeDirectory: '/nowhere/dist/greeter' }));

  const { functionError } = await lambda.invoke('greeter', {});

  assert.equal(functionError?.errorType, 'ServiceException');
  assert.match(functionError.errorMessage, /process in \/nowhere\/dist\/greeter\. Does it exist\?/);
});

test('a process that cannot be started fails only its event', async (t) => {
  const lambda = startLambda(t, functionBundle(FINE, { environment: { BROKEN: 'a\0b' } }));

  const { functionError } = await lambda.invoke('greeter', {});

  assert.equal(functionError?.errorType, 'ServiceException');
  assert.deepEqual(await lambda.warm('greeter'), functionError);
  assert.deepEqual(lambda.status('greeter'), { idle: 0, busy: 0, starting: 0, queued: 0 });
});

const skip = process.platform === 'win32' && 'Windows has no ulimit';
test(
  'a flood of connections that takes all file descriptors fails events, and does not end the server',
  { skip },
  () => {
    const { codeDirectory } = functionBundle(FINE);
    const place = (file: string) => JSON.stringify(new URL(file, import.meta.url).href);
    const server = `
    import { openSync } from 'node:fs';
    import { createLambda } from ${place('./index.ts')};
    import { runtimeSource } from ${place('./runtime-source.ts')};
    import { spawnTied } from ${place('../dynamodb/tied-process.ts')};
    const fn = { functionName: 'greeter', codeDirectory: ${JSON.stringify(codeDirectory)}, handler: 'index.handler', environment: {}, timeout: 3, memorySize: 128 };
    const functions = [fn, { ...fn, functionName: 'second' }];
    const lambda = createLambda({ source: await runtimeSource(), functions, region: 'eu-central-1', environment: {} });
    await lambda.invoke('greeter', {});
    try { for (;;) openSync('/dev/null'); } catch {}
    const { functionError } = await lambda.invoke('second', {});
    const { message } = await spawnTied('true', []).ended;
    process.stdout.write(functionError.errorMessage + ' ' + message);
    process.exit(0);`;
    const script = [
      'ulimit -n 200; exec "$0" --import tsx --input-type=module --eval "$1"',
      process.execPath,
      server,
    ];
    const { stdout, stderr } = spawnSync('sh', ['-c', ...script], { encoding: 'utf8' });
    assert.match(stdout, /EMFILE\) spawn .* EMFILE$/, stderr);
  },
);

test('an endless loop is killed at the timeout, and the next event gets a new environment', async (t) => {
  const clock = createManualClock();
  const code = `export const handler = async ({ loop }) => {
    if (loop) { console.log('looping'); for (;;); }
    return process.pid;
  }`;
  const lambda = startLambda(t, functionBundle(code), { clock, newRequestId });
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
  const lambda = startLambda(t, functionBundle('console.log("loading"); await new Promise(() => {})'), {
    clock,
  });
  const invoked = lambda.invoke('greeter', {});
  await lambda.line((line) => line === 'loading');

  clock.advance(10_000);

  assert.equal((await invoked).functionError?.errorType, 'Sandbox.Timedout');
});

test('lines written before process.exit are kept', async (t) => {
  const code = 'export const handler = async () => { console.log("last words"); process.exit(1) }';
  const lambda = startLambda(t, functionBundle(code));

  await lambda.invoke('greeter', {});

  assert.equal(lambda.lines[0], 'last words');
});

test('an unknown function and a large event are refused without an invocation', async (t) => {
  const lambda = startLambda(t, functionBundle(FINE));

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
