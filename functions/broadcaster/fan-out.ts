/** Handing a large audience to workers: this same function, invoked asynchronously once for each segment. */
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import type { SegmentEvent } from './segment.ts';

export type FanOut = (segments: SegmentEvent[]) => Promise<void>;

/**
 * Resolves when Lambda has accepted every event: from then on it delivers them, with retries of its own.
 * The workers' events start no workers, so that the chain ends there.
 */
export function createFanOut(functionName: string): FanOut {
  const client = new LambdaClient({ maxAttempts: 4 });
  return async (segments) => {
    await Promise.all(
      segments.map((event) =>
        client.send(
          new InvokeCommand({
            FunctionName: functionName,
            InvocationType: 'Event',
            Payload: Buffer.from(JSON.stringify(event)),
          }),
        ),
      ),
    );
  };
}
