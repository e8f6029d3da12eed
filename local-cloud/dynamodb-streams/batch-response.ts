import { sequenceNumber, type EventRecord } from './event.ts';

/**
 * Reads `{batchItemFailures: [{itemIdentifier}]}`, the partial batch response of ReportBatchItemFailures.
 * Returns the index of the first failed record: the batch's length when all succeeded, 0 when all have to be retried.
 * No answer, no list and an empty list are success; an identifier that is empty, missing or unknown fails the batch.
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
