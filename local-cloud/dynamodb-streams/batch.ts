/** Delivers one batch to the function: retries, bisection and partial responses, until each record is done or given up. */
import type { Clock } from '../clock.ts';
import { isServiceError, serviceUnavailable } from '../lambda/errors.ts';
import type { InvocationResult, Invoke } from '../invocation.ts';
import type { EventSourceMapping } from '../topology.ts';
import { createdAt, sequenceNumber, type EventRecord } from './event.ts';
import { backoffMs, FUNCTION_BACKOFF, pause } from './pacing.ts';

export interface DeliveryOptions {
  mapping: EventSourceMapping;
  invoke: Invoke;
  clock: Clock;
  random: () => number;
  signal: AbortSignal;
  /** Called in stream order with records that are delivered or given up. */
  onDone(records: EventRecord[]): void;
  onGivenUp(batch: GivenUpBatch): void;
  onFunctionError(result: InvocationResult, attempts: number): void;
}

export interface GivenUpBatch {
  records: EventRecord[];
  condition: 'RetryAttemptsExhausted' | 'MaximumRecordAgeExceeded';
  /** How often the function was invoked with these records. */
  invocations: number;
}

interface Part {
  records: EventRecord[];
  /** Failed invocations. */
  failures: number;
  /** Attempts that never reached the function. */
  throttles: number;
}

/** A stream keeps a record for 24 hours. Without a shorter limit, Lambda retries until then. */
const RETENTION_SECONDS = 24 * 60 * 60;

/** Resolves when every record is done, or soon after `signal` is aborted. */
export async function deliverBatch(records: EventRecord[], options: DeliveryOptions): Promise<void> {
  const parts: Part[] = [{ records, failures: 0, throttles: 0 }];
  while (parts.length > 0 && !options.signal.aborted) {
    const part = dropExpired(parts.shift()!, options);
    if (part.records.length > 0) parts.unshift(...(await attempt(part, options)));
  }
}

/** Invokes the function with one part and returns what has to be retried. */
async function attempt(part: Part, options: DeliveryOptions): Promise<Part[]> {
  const { records } = part;
  const result = await invoke(records, options);
  if (result.functionError) {
    const reached = !isServiceError(result.functionError);
    const next: Part = {
      records,
      failures: part.failures + (reached ? 1 : 0),
      throttles: part.throttles + (reached ? 0 : 1),
    };
    options.onFunctionError(result, next.failures + next.throttles);
    return reached ? retry(next, options) : backOff(next, options);
  }
  const failedAt = options.mapping.reportBatchItemFailures
    ? firstFailure(result.payload, records)
    : records.length;
  if (failedAt > 0) options.onDone(records.slice(0, failedAt));
  if (failedAt === records.length) return [];
  options.onFunctionError(result, part.failures + 1);
  // A partial response always cuts the batch at the first failed record, so it is never bisected as well.
  const failures = failedAt > 0 ? 1 : part.failures + 1;
  return retry({ records: records.slice(failedAt), failures, throttles: 0 }, options, false);
}

/** Turns a Lambda that throws, instead of returning an error, into a throttled attempt. */
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

function retry(part: Part, options: DeliveryOptions, maySplit = true): Promise<Part[]> | Part[] {
  const { bisectBatchOnFunctionError, maximumRetryAttempts } = options.mapping;
  const { records, failures } = part;
  if (maySplit && bisectBatchOnFunctionError && records.length > 1) {
    const middle = Math.ceil(records.length / 2);
    // Splitting a batch does not use up a retry.
    const halves = [records.slice(0, middle), records.slice(middle)].map((half) => ({
      records: half,
      failures: failures - 1,
      throttles: 0,
    }));
    return backOff(part, options, halves);
  }
  if (maximumRetryAttempts < 0 || failures <= maximumRetryAttempts) return backOff(part, options);
  options.onGivenUp({ records, condition: 'RetryAttemptsExhausted', invocations: failures });
  options.onDone(records);
  return [];
}

async function backOff(part: Part, options: DeliveryOptions, next = [part]): Promise<Part[]> {
  const attempts = part.failures + part.throttles;
  await pause(options.clock, backoffMs(attempts, FUNCTION_BACKOFF, options.random), options.signal);
  return next;
}

/** Gives up the records that are too old. Records are ordered by age. */
function dropExpired(part: Part, { mapping, clock, onGivenUp, onDone }: DeliveryOptions): Part {
  const limit = mapping.maximumRecordAgeInSeconds;
  const seconds = limit < 0 ? RETENTION_SECONDS : Math.min(limit, RETENTION_SECONDS);
  const oldest = clock.now() - seconds * 1000;
  const young = part.records.findIndex((record) => createdAt(record) >= oldest);
  const expired = young < 0 ? part.records : part.records.slice(0, young);
  if (expired.length === 0) return part;
  onGivenUp({ records: expired, condition: 'MaximumRecordAgeExceeded', invocations: part.failures });
  onDone(expired);
  return { ...part, records: part.records.slice(expired.length) };
}

/**
 * Reads a partial batch response, `{batchItemFailures: [{itemIdentifier}]}`.
 * A missing or empty list is success. An empty or unknown identifier fails the whole batch.
 * @returns the index of the first failed record; the batch's length if all succeeded
 */
export function firstFailure(response: unknown, records: readonly EventRecord[]): number {
  const failures = (response as { batchItemFailures?: unknown } | null | undefined)?.batchItemFailures;
  if (failures === undefined || failures === null) return records.length;
  if (!Array.isArray(failures)) return 0;
  let first = records.length;
  for (const failure of failures as ({ itemIdentifier?: unknown } | null)[]) {
    const index = records.findIndex((record) => sequenceNumber(record) === failure?.itemIdentifier);
    if (index < 0) return 0;
    first = Math.min(first, index);
  }
  return first;
}
