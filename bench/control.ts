/** The control: the same visits with a plain `ws` broadcast. It shows what the machine itself needs. */
import { openCrowd, type Crowd } from './crowd.ts';
import type { PlainServer } from './processes/plain-server.ts';
import { startWorker } from './processes/worker.ts';

/** @param measure gets the crowd, and a function that seats its audience while nothing is announced */
export async function withControl<T>(
  measure: (crowd: Crowd, seat: (viewers: number) => Promise<void>) => Promise<T>,
): Promise<T> {
  const server = await startWorker<PlainServer>('plain-server.ts');
  const { webSocketUrl: url } = await server.call('start', undefined);
  const crowd = await openCrowd({ url, hello: false });
  try {
    return await measure(crowd, async (viewers) => {
      await server.call('setSilent', true);
      await crowd.seat(viewers);
      await server.call('setSilent', false);
    });
  } finally {
    await Promise.all([crowd.close(), server.stop()]);
  }
}
