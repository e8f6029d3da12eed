/** Starts workers: asynchronous invocations of this same function. */
import type { Http } from '../shared/http.ts';
import { backOff, type Backoff } from '../shared/retry.ts';
import type { SegmentEvent } from './broadcast.ts';

const ATTEMPTS = 4;
const ATTEMPT_MS = 3_000;
/** Lambda's throttling lasts longer than a lost packet: the first retry waits up to 160 ms. */
const SLOWER = 3;

/** Resolves once Lambda has accepted every event. From then on it runs them, and retries those that fail. */
export function createFanOut(
  http: Http,
  functionName: string,
  backoff: Backoff,
): (events: SegmentEvent[]) => Promise<void> {
  const invoke = async (event: SegmentEvent) => {
    const request = {
      method: 'POST' as const,
      path: `/2015-03-31/functions/${encodeURIComponent(functionName)}/invocations`,
      headers: { 'content-type': 'application/json', 'x-amz-invocation-type': 'Event' },
      body: JSON.stringify(event),
      timeoutMs: ATTEMPT_MS,
    };
    for (let attempt = 1; ; attempt++) {
      const answer = await http(request).catch((error: Error) => error);
      if (!(answer instanceof Error) && answer.statusCode === 202) return;
      const isTemporary = answer instanceof Error || answer.statusCode >= 500 || answer.statusCode === 429;
      if (!isTemporary || attempt === ATTEMPTS) {
        const reason = answer instanceof Error ? answer.message : `${answer.statusCode} ${answer.body}`;
        throw new Error(`Lambda did not accept the event for segment ${event.segment}: ${reason}`);
      }
      await backOff(backoff, attempt + SLOWER);
    }
  };
  return async (events) => void (await Promise.all(events.map(invoke)));
}
