/** Lambda's quotas, as its documentation and its error messages state them. */

/** Bytes of the event and of the answer of a synchronous invocation: 6 MB and 100 bytes. */
export const SYNCHRONOUS_PAYLOAD_BYTES = 6_291_556;

/** Bytes of the event of an asynchronous invocation: 1 MB since October 2025, 256 KB before. */
export const ASYNCHRONOUS_PAYLOAD_BYTES = 1_048_576;

/** An environment that has not finished its init phase by then is thrown away. */
export const INIT_TIMEOUT_MS = 10_000;

/** A failed asynchronous invocation is tried again one minute later, and once more two minutes after that. */
export const ASYNCHRONOUS_RETRY_DELAYS_MS: readonly number[] = [60_000, 120_000];

/** An event that has waited for this long is given up. */
export const ASYNCHRONOUS_MAXIMUM_AGE_MS = 6 * 60 * 60 * 1000;
