/** Delivers one batch to the function: retries, bisection and partial responses, until each record is done or given up. */
import type { Clock } from '../clock.ts';
import type { Invoke } from '../invocation.ts';
import { isServiceError } from '../lambda/errors.ts';
import type { Log } from '../observer.ts';
import type { EventSourceMapping } from '../topology.ts';
import { createdAt, sequenceNumber, type EventRecord } from './event.ts';
import { backoffMs, FUNCTION_BACKOFF, pause } from './pacing.ts';

export interface DeliveryOptions {
  mapping: EventSourceMapping;
  invoke: Invoke;
  clock: Clock;
  random: () => number;
  log: Log;
  signal: AbortSignal;
  /** Called in stream order with records that are delivered or given up. */
  onDone(records: EventRecord[]): void;
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

/** Invokes the function with one part and returns what has to be retried, after a pause. */
async function attempt({ records, failures, throttles }: Part, options: DeliveryOptions): Promise<Part[]> {
  const { mapping, clock, random, log, signal } = options;
  const { functionName, reportBatchItemFailures, maximumRetryAttempts } = mapping;
  const { functionError, payload } = await options.invoke(functionName, { Records: records });
  const isPartial = !functionError && reportBatchItemFailures;
  const failedAt = functionError ? 0 : isPartial ? firstFailure(payload, records) : records.length;
  if (failedAt > 0) options.onDone(records.slice(0, failedAt));
  if (failedAt === records.length) return [];

  const isThrottled = functionError !== undefined && isServiceError(functionError);
  let next: Part = { records, failures: failures + 1, throttles };
  if (isThrottled) next = { records, failures, throttles: throttles + 1 };
  if (failedAt > 0) next = { records: records.slice(failedAt), failures: 1, throttles: 0 };
  const attempts = next.failures + next.throttles;
  const { errorType = 'batchItemFailures', errorMessage = '' } = functionError ?? {};
  log('warn', `${functionName} failed (attempt ${attempts}): ${errorType} ${errorMessage}`);

  // A partial response cuts the batch at the first failed record, so it is never bisected as well.
  const isSplit = mapping.bisectBatchOnFunctionError && !isPartial && !isThrottled && records.length > 1;
  const isLast = maximumRetryAttempts >= 0 && next.failures > maximumRetryAttempts;
  if (isLast && !isSplit && !isThrottled) {
    giveUp(next, 'RetryAttemptsExhausted', options);
    return [];
  }
  await pause(clock, backoffMs(attempts, FUNCTION_BACKOFF, random), signal);
  if (!isSplit) return [next];
  const middle = Math.ceil(records.length / 2);
  const halves = [records.slice(0, middle), records.slice(middle)];
  // Splitting a batch does not use up a retry.
  return halves.map((half) => ({ records: half, failures, throttles: 0 }));
}

/** Gives up the records that are too old. Records are ordered by age. */
function dropExpired(part: Part, options: DeliveryOptions): Part {
  const limit = options.mapping.maximumRecordAgeInSeconds;
  const seconds = limit < 0 ? RETENTION_SECONDS : Math.min(limit, RETENTION_SECONDS);
  const oldest = options.clock.now() - seconds * 1000;
  const young = part.records.findIndex((record) => createdAt(record) >= oldest);
  if (young === 0) return part;
  const expired = young < 0 ? part.records : part.records.slice(0, young);
  giveUp({ ...part, records: expired }, 'MaximumRecordAgeExceeded', options);
  return { ...part, records: part.records.slice(expired.length) };
}

function giveUp({ records, failures }: Part, condition: string, options: DeliveryOptions): void {
  const { functionName } = options.mapping;
  const what = `Gave up ${records.length} records for ${functionName} after ${failures} invocations`;
  options.log('error', `${what}: ${condition}`);
  options.onDone(records);
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
