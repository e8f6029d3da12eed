/** Stands in for AWS Lambda on one machine: runs the built bundles, each function in processes of its own. */
import { randomBytes, randomUUID } from 'node:crypto';
import { systemClock, type Clock } from '../clock.ts';
import type { LambdaFunction } from '../topology.ts';
import { AsyncInvoker, type DroppedEvent } from './async-invocation.ts';
import { environmentVariables } from './environment-variables.ts';
import { functionNotFound, requestTooLarge } from './errors.ts';
import { ExecutionEnvironment } from './execution-environment.ts';
import { FunctionPool, type EnvironmentEvents, type PoolStatus, type Report } from './function-pool.ts';
import type { FunctionError, InvocationResult, Invoke } from './invocation.ts';
import { ASYNCHRONOUS_PAYLOAD_BYTES, SYNCHRONOUS_PAYLOAD_BYTES } from './lambda-quotas.ts';
import { runtimeSource } from './runtime-source.ts';

export type { Report, PoolStatus, DroppedEvent };

export interface LambdaOptions {
  functions: LambdaFunction[];
  region: string;
  /** Twelve digits; part of the functions' ARNs. */
  accountId?: string;
  /** Added to every function's environment: endpoints and credentials. */
  environment: Record<string, string>;
  /** Events that one function handles at the same time. Default 8. */
  maxConcurrency?: number;
  /** Events of one function that may wait; beyond that they are throttled. Default 10,000. */
  maxQueueLength?: number;
  /** How long the environments that a burst has left over are kept; one always stays. Default 5 minutes. */
  idleTimeoutMs?: number;
  clock?: Clock;
  newRequestId?: () => string;
  /** One line that a function wrote. */
  onLog?(functionName: string, line: string): void;
  /** After every invocation. */
  onReport?(report: Report): void;
  /** An asynchronous event that was given up. */
  onDropped?(event: DroppedEvent): void;
}

export interface Lambda {
  /** Runs the function and waits for its answer. Never rejects: see `functionError`. */
  invoke: Invoke;
  /** Queues the event; `functionError` where it is refused (unknown function, larger than 1 MB). */
  invokeAsync(functionName: string, event: unknown): { requestId: string; functionError?: FunctionError };
  /** Loads a function ahead of its first event; resolves with why it can't be loaded, if so. */
  warm(functionName: string, environments?: number): Promise<FunctionError | undefined>;
  /** Swaps the code or the configuration; running invocations finish on the old. Resolves when those are done. */
  reload(functionName: string, next?: Partial<LambdaFunction>): Promise<void>;
  status(): { functions: Record<string, PoolStatus>; asyncEvents: number };
  /** Lets running invocations finish for at most `graceMs` (default 5,000) and ends all processes. */
  close(graceMs?: number): Promise<void>;
}

export function createLambda(options: LambdaOptions): Lambda {
  const { region, accountId = '000000000000', clock = systemClock, newRequestId = randomUUID } = options;
  const { onLog = () => {}, onReport = () => {}, onDropped = () => {} } = options;
  const functionArn = (name: string) => `arn:aws:lambda:${region}:${accountId}:function:${name}`;

  async function startEnvironment(
    fn: LambdaFunction,
    events: EnvironmentEvents,
  ): Promise<ExecutionEnvironment> {
    const source = await runtimeSource();
    return new ExecutionEnvironment({
      fn,
      functionArn: functionArn(fn.functionName),
      environment: environmentVariables({
        fn,
        region,
        logStreamName: logStreamName(clock.now()),
        shared: options.environment,
      }),
      source,
      clock,
      onLog: (line) => onLog(fn.functionName, line),
      onExit: events.onExit,
    });
  }

  function report(entry: Report): void {
    const { functionName, requestId, functionError } = entry;
    if (functionError) {
      onLog(functionName, `${requestId}\tERROR\tInvoke Error\t${JSON.stringify(functionError)}`);
    }
    onReport(entry);
  }

  const pools = new Map(
    options.functions.map((fn) => [
      fn.functionName,
      new FunctionPool({
        fn,
        maxConcurrency: options.maxConcurrency ?? 8,
        maxQueueLength: options.maxQueueLength ?? 10_000,
        idleTimeoutMs: options.idleTimeoutMs ?? 5 * 60 * 1000,
        clock,
        startEnvironment,
        onReport: report,
      }),
    ]),
  );

  /** Whether the event can be taken: an unknown function and a payload that is too large are refused. */
  function check(functionName: string, payload: string, limit: number): FunctionError | undefined {
    if (!pools.has(functionName)) return functionNotFound(functionArn(functionName));
    return Buffer.byteLength(payload) > limit ? requestTooLarge(limit) : undefined;
  }

  async function run(requestId: string, functionName: string, payload: string): Promise<InvocationResult> {
    const functionError = check(functionName, payload, SYNCHRONOUS_PAYLOAD_BYTES);
    if (functionError) return { requestId, functionError, durationMs: 0 };
    return pools.get(functionName)!.invoke(requestId, payload);
  }

  const asyncInvoker = new AsyncInvoker({
    clock,
    run: (event) => run(event.requestId, event.functionName, serialize(event.payload)),
    onDropped,
  });

  const pool = (functionName: string): FunctionPool => {
    const found = pools.get(functionName);
    if (!found) throw new Error(functionNotFound(functionArn(functionName)).errorMessage);
    return found;
  };

  return {
    invoke: (functionName, event) => run(newRequestId(), functionName, serialize(event)),
    invokeAsync(functionName, event) {
      const requestId = newRequestId();
      const functionError = check(functionName, serialize(event), ASYNCHRONOUS_PAYLOAD_BYTES);
      if (functionError) return { requestId, functionError };
      asyncInvoker.enqueue({ functionName, requestId, payload: event });
      return { requestId };
    },
    warm: (functionName, environments = 1) => pool(functionName).warm(environments),
    reload: (functionName, next = {}) => pool(functionName).reload(next),
    status: () => ({
      functions: Object.fromEntries([...pools].map(([name, entry]) => [name, entry.status()])),
      asyncEvents: asyncInvoker.pending,
    }),
    async close(graceMs = 5000) {
      asyncInvoker.close();
      await Promise.all([...pools.values()].map((entry) => entry.close(graceMs)));
    },
  };
}

/** An invocation without a payload hands the function an empty object. */
function serialize(event: unknown): string {
  return JSON.stringify(event) ?? '{}';
}

/** `2026/01/31/[$LATEST]` and 32 hexadecimal digits: one log stream for each environment. */
function logStreamName(now: number): string {
  const date = new Date(now).toISOString().slice(0, 10).replaceAll('-', '/');
  return `${date}/[$LATEST]${randomBytes(16).toString('hex')}`;
}
