/** AWS Lambda on one machine: runs the built bundles, each function in its own processes. */
import { randomBytes, randomUUID } from 'node:crypto';
import { type Clock, systemClock } from '../clock.ts';
import type { FunctionError, Invoke } from '../invocation.ts';
import type { Log, Observe } from '../observer.ts';
import type { LambdaFunction } from '../topology.ts';
import { AsyncInvoker } from './async-invocation.ts';
import {
  ASYNCHRONOUS_PAYLOAD_BYTES,
  functionNotFound,
  requestTooLarge,
  SYNCHRONOUS_PAYLOAD_BYTES,
} from './errors.ts';
import { ExecutionEnvironment } from './execution-environment.ts';
import { FunctionPool, type PoolStatus } from './function-pool.ts';

export interface LambdaOptions {
  /** The program of the functions' processes: runtime-source.ts. */
  source: string;
  functions: LambdaFunction[];
  region: string;
  /** Added to every function's environment: endpoints and credentials. */
  environment: Record<string, string>;
  /** Local services by the host names of AWS's: `http://127.0.0.1:5000`. Functions reach them under both. */
  redirects?: Record<string, string>;
  /** Concurrent events of one function. Default 8. */
  maxConcurrency?: number;
  /** Waiting events of one function; further ones are throttled. Default 10,000. */
  maxQueueLength?: number;
  /** How long idle environments are kept; the last one always is. Default 5 minutes. */
  idleTimeoutMs?: number;
  clock?: Clock;
  newRequestId?: () => string;
  log?: Log;
  observe?: Observe;
}

export interface Lambda {
  /** Runs the function and waits for its answer. */
  invoke: Invoke;
  /** Queues the event. `functionError` is set if it is refused: unknown function, larger than 1 MB. */
  invokeAsync(functionName: string, event: unknown): { requestId: string; functionError?: FunctionError };
  /** Loads a function ahead of its first event. Resolves with the error if it cannot be loaded. */
  warm(functionName: string): Promise<FunctionError | undefined>;
  /** Passes through queue, environment and process like an event, but does not run the handler. Rejects on failure. */
  ping(functionName: string): Promise<void>;
  /** Loads the function's code again. Running invocations finish on the old code; resolves when they have. */
  reload(functionName: string): Promise<void>;
  /** Ends the processes that are handling an event, which fails. @returns how many */
  kill(functionName: string): number;
  /** Names of the function's environment variables. */
  variablesOf(functionName: string): string[];
  status(functionName: string): PoolStatus;
  /** Lets running invocations finish for at most `graceMs` (default 5,000) and ends all processes. */
  close(graceMs?: number): Promise<void>;
}

export function createLambda(options: LambdaOptions): Lambda {
  const { source, region, clock = systemClock, newRequestId = randomUUID, log = () => {}, observe } = options;
  const arnOf = (name: string) => `arn:aws:lambda:${region}:000000000000:function:${name}`;

  const pools = new Map(options.functions.map((fn) => [fn.functionName, createPool(fn)]));
  function createPool(fn: LambdaFunction): FunctionPool {
    const { functionName } = fn;
    const onLog = (line: string, requestId?: string) =>
      observe?.({ type: 'log', functionName, requestId, line });
    return new FunctionPool({
      fn,
      maxConcurrency: options.maxConcurrency ?? 8,
      maxQueueLength: options.maxQueueLength ?? 10_000,
      idleTimeoutMs: options.idleTimeoutMs ?? 5 * 60_000,
      clock,
      startEnvironment: () =>
        new ExecutionEnvironment({
          fn,
          functionArn: arnOf(functionName),
          environment: {
            ...environmentOf(fn, region, options.environment),
            AWS_LAMBDA_LOG_STREAM_NAME: logStreamName(clock.now()),
          },
          source,
          redirects: options.redirects ?? {},
          clock,
          onLog,
        }),
      onInvocation(invocation) {
        const { requestId, functionError } = invocation;
        if (functionError)
          onLog(`${requestId}\tERROR\tInvoke Error\t${JSON.stringify(functionError)}`, requestId);
        observe?.(invocation);
      },
    });
  }

  function pool(functionName: string): FunctionPool {
    const found = pools.get(functionName);
    if (!found) throw new Error(functionNotFound(arnOf(functionName)).errorMessage);
    return found;
  }

  const asyncInvoker = new AsyncInvoker({
    clock,
    onGivenUp({ requestId, functionError }) {
      const { errorType, errorMessage } = functionError!;
      log('error', `Gave up the asynchronous event ${requestId}: ${errorType}: ${errorMessage}`);
    },
  });

  /**
   * @param limit of the payload, in bytes
   * @returns what runs the function, or why the event is refused before it reaches the function
   */
  function receive(functionName: string, event: unknown, limit: number) {
    const requestId = newRequestId();
    const functionArn = arnOf(functionName);
    // Without a payload the function receives an empty object.
    const payload = JSON.stringify(event) ?? '{}';
    observe?.({ type: 'invoke', functionName, functionArn, requestId, event, payload });
    let functionError: FunctionError | undefined;
    if (!pools.has(functionName)) functionError = functionNotFound(functionArn);
    else if (Buffer.byteLength(payload) > limit) functionError = requestTooLarge(limit);
    return { requestId, functionError, run: () => pool(functionName).invoke(requestId, payload) };
  }

  const pings = new Map<string, Promise<void>>();
  /** One ping at a time: behind a hanging function they would only queue. */
  function ping(functionName: string): Promise<void> {
    const running =
      pings.get(functionName) ??
      pool(functionName)
        .invoke(newRequestId(), undefined)
        .then(({ functionError }) => {
          if (functionError) throw new Error(`${functionError.errorType}: ${functionError.errorMessage}`);
        })
        .finally(() => pings.delete(functionName));
    pings.set(functionName, running);
    return running;
  }

  return {
    async invoke(functionName, event) {
      const { requestId, functionError, run } = receive(functionName, event, SYNCHRONOUS_PAYLOAD_BYTES);
      return functionError ? { requestId, functionError, durationMs: 0 } : run();
    },
    invokeAsync(functionName, event) {
      const { requestId, functionError, run } = receive(functionName, event, ASYNCHRONOUS_PAYLOAD_BYTES);
      if (functionError) return { requestId, functionError };
      asyncInvoker.enqueue(run);
      return { requestId };
    },
    warm: (functionName) => pool(functionName).warm(),
    ping,
    reload: (functionName) => pool(functionName).reload(),
    kill: (functionName) => pool(functionName).kill(),
    variablesOf(functionName) {
      const fn = options.functions.find((each) => each.functionName === functionName);
      return fn ? Object.keys(environmentOf(fn, region, options.environment)) : [];
    },
    status: (functionName) => pool(functionName).status(),
    async close(graceMs = 5000) {
      asyncInvoker.close();
      await Promise.all([...pools.values()].map((entry) => entry.close(graceMs)));
    },
  };
}

/** `2026/01/31/[$LATEST]` and 32 hexadecimal digits: one log stream for each environment. */
function logStreamName(now: number): string {
  const date = new Date(now).toISOString().slice(0, 10).replaceAll('-', '/');
  return `${date}/[$LATEST]${randomBytes(16).toString('hex')}`;
}

/**
 * The environment of a function's processes: what Lambda's documentation lists as "defined runtime environment variables",
 * and nothing from the host.
 * @param shared endpoints and credentials from the local cloud; the function's own values override them
 */
function environmentOf(fn: LambdaFunction, region: string, shared: Record<string, string>) {
  return {
    // Lambda has no configuration files; without this the SDK would read those of the host's user.
    AWS_CONFIG_FILE: '/dev/null',
    AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
    ...shared,
    ...fn.environment,
    _HANDLER: fn.handler,
    AWS_DEFAULT_REGION: region,
    AWS_REGION: region,
    AWS_EXECUTION_ENV: `AWS_Lambda_nodejs${process.versions.node.split('.')[0]}.x`,
    AWS_LAMBDA_FUNCTION_NAME: fn.functionName,
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(fn.memorySize),
    AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
    AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand',
    AWS_LAMBDA_LOG_GROUP_NAME: `/aws/lambda/${fn.functionName}`,
    AWS_LAMBDA_LOG_STREAM_NAME: '',
    LAMBDA_TASK_ROOT: fn.codeDirectory,
    LANG: 'en_US.UTF-8',
    PATH: '/usr/local/bin:/usr/bin:/bin:/opt/bin',
    TZ: ':UTC',
  };
}
