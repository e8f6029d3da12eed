/** Delivers one batch to the function: retries, bisection, partial answers, and in the end success or giving up. */
import type { Clock } from '../clock.ts';
import { isServiceError, serviceUnavailable } from '../lambda/errors.ts';
import type { InvocationResult, Invoke } from '../lambda/invocation.ts';
import type { EventSourceMapping } from '../topology.ts';
import { backoffMs } from './backoff.ts';
import { firstFailure } from './batch-response.ts';
import { createdAt, type EventRecord } from './event.ts';
import type { GivenUpBatch } from './failure-record.ts';
import { FUNCTION_BACKOFF, RETENTION_SECONDS } from './limits.ts';
import { pause } from './pause.ts';

export interface DeliveryOptions {
  mapping: EventSourceMapping;
  invoke: Invoke;
  clock: Clock;
  random: () => number;
  signal: AbortSignal;
  /** These records are done with, delivered or given up; in the stream's order. */
  onDone(records: EventRecord[]): void;
  onGivenUp(batch: GivenUpBatch): void;
  onFunctionError(result: InvocationResult, attempts: number): void;
}

interface Part {
  records: EventRecord[];
  /** Invocations that failed, throttled ones not counted. */
  failures: number;
  /** Attempts that did not reach the function. */
  throttles: number;
  lastResult?: InvocationResult;
}

/** Resolves when every record is done with, or soon after `signal` is aborted. */
export async function deliverBatch(records: EventRecord[], options: DeliveryOptions): Promise<void> {
  const parts: Part[] = [{ records, failures: 0, throttles: 0 }];
  while (parts.length > 0 && !options.signal.aborted) {
    const part = parts.shift()!;
    const remaining = await attempt(dropAged(part, options), options);
    parts.unshift(...remaining);
  }
}

/** Invokes the function with one part; returns what of it has to be tried again. */
async function attempt(part: Part, options: DeliveryOptions): Promise<Part[]> {
  const { records } = part;
  if (records.length === 0) return [];
  const result = await invoke(records, options);

  if (result.functionError) {
    const reached = !isServiceError(result.functionError);
    const next: Part = {
      records,
      failures: part.failures + (reached ? 1 : 0),
      throttles: part.throttles + (reached ? 0 : 1),
      lastResult: result,
    };
    options.onFunctionError(result, next.failures + next.throttles);
    return reached ? retry(next, options) : waitAndTryAgain(next, options);
  }

  const failedAt = options.mapping.reportBatchItemFailures
    ? firstFailure(result.payload, records)
    : records.length;
  if (failedAt > 0) options.onDone(records.slice(0, failedAt));
  if (failedAt === records.length) return [];
  options.onFunctionError(result, part.failures + 1);
  // The batch is cut at the first failed record: what stands before it is done, whether or not bisection is on.
  const failures = failedAt > 0 ? 1 : part.failures + 1;
  return retry(
    { records: records.slice(failedAt), failures, throttles: 0, lastResult: result },
    options,
    false,
  );
}

/** Lambda answers with its errors; should it break down instead, the batch is retried as after a throttled attempt. */
async function invoke(
  records: EventRecord[],
  { invoke, mapping }: DeliveryOptions,
): Promise<InvocationResult> {
  try {
    return await invoke(mapping.functionName, { Records: records });
  } catch (error) {
    return { requestId: '', durationMs: 0, functionError: serviceUnavailable(String(error)) };
  }
}

async function retry(part: Part, options: DeliveryOptions, maySplit = true): Promise<Part[]> {
  const { bisectBatchOnFunctionError, maximumRetryAttempts } = options.mapping;
  const { records } = part;
  // Splitting a batch does not use up its retries.
  if (maySplit && bisectBatchOnFunctionError && records.length > 1) {
    const middle = Math.ceil(records.length / 2);
    const halves = [records.slice(0, middle), records.slice(middle)];
    return waitAndTryAgain(
      part,
      options,
      halves.map((half) => ({ records: half, failures: part.failures - 1, throttles: 0 })),
    );
  }
  if (maximumRetryAttempts >= 0 && part.failures > maximumRetryAttempts) {
    options.onGivenUp({
      records,
      condition: 'RetryAttemptsExhausted',
      invokeCount: part.failures,
      lastResult: part.lastResult,
    });
    options.onDone(records);
    return [];
  }
  return waitAndTryAgain(part, options);
}

async function waitAndTryAgain(part: Part, options: DeliveryOptions, next = [part]): Promise<Part[]> {
  const attempts = part.failures + part.throttles;
  await pause(options.clock, backoffMs(attempts, FUNCTION_BACKOFF, options.random), options.signal);
  return next;
}

/** Gives up what has become too old; records are ordered by age. */
function dropAged(part: Part, { mapping, clock, onGivenUp, onDone }: DeliveryOptions): Part {
  const limit = mapping.maximumRecordAgeInSeconds;
  const seconds = limit < 0 ? RETENTION_SECONDS : Math.min(limit, RETENTION_SECONDS);
  const oldest = clock.now() - seconds * 1000;
  const young = part.records.findIndex((record) => createdAt(record) >= oldest);
  const aged = young < 0 ? part.records : part.records.slice(0, young);
  if (aged.length === 0) return part;
  onGivenUp({
    records: aged,
    condition: 'MaximumRecordAgeExceeded',
    invokeCount: part.failures,
    lastResult: part.lastResult,
  });
  onDone(aged);
  return { ...part, records: part.records.slice(aged.length) };
}
