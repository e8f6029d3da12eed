/** Facts about Lambda's event source mappings for DynamoDB Streams, and this implementation's own pace. */

/** One GetRecords call returns at most this many records. */
export const RECORDS_PER_CALL = 1000;

/** A batch is sent before its records exceed Lambda's invocation payload, with room for the rest of the event. */
export const BATCH_BYTES = 6 * 1024 * 1024 - 1024;

/** A stream keeps a record for 24 hours: without a shorter limit, a failed record is retried until then. */
export const RETENTION_SECONDS = 24 * 60 * 60;

/**
 * Pause after a poll that found nothing: short after activity, then doubling up to Lambda's own four polls a second. `wake` cuts it
 * short, so that the longest costs a visitor nothing; a tenth of it would keep a core 5 % busy with finding nothing.
 */
export const SHORTEST_IDLE_MS = 5;
export const MAX_IDLE_MS = 250;

/** How often the list of shards is read again without an occasion. */
export const DISCOVERY_INTERVAL_MS = 30_000;

/** Bounds of the pause after an error of the database, and after one of the function. */
export const ENGINE_BACKOFF = { firstMs: 50, longestMs: 2000 };
export const FUNCTION_BACKOFF = { firstMs: 100, longestMs: 10_000 };
