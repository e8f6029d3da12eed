/** The same visits and storm with a plain `ws` broadcast: what the machine itself needs. */
import { round, type Distribution } from '../percentiles.ts';
import type { PlainServer } from '../processes/plain-server.ts';
import { startWorker } from '../processes/worker.ts';
import { Crowd, type LoneVisits } from '../crowd.ts';
import type { StormPlan } from './storm.ts';

export interface ControlResult {
  lone: LoneVisits;
  storm: { visits: number; messages: number; seen: Distribution & { unseen: number }; agreedMs?: number };
}

export async function measureControl(plan: StormPlan): Promise<ControlResult> {
  const server = await startWorker<PlainServer>('plain-server.ts');
  const { webSocketUrl: url } = await server.call('start', undefined);
  const crowd = await Crowd.open({ url, hello: false });
  try {
    await server.call('setSilent', true);
    await crowd.seat(plan.viewers);
    await server.call('setSilent', false);
    const lone = await crowd.loneVisits(plan.loneRepeats, 100);
    const base = crowd.count;
    await crowd.watchers.call('reset', undefined);
    const { rate, seconds, patienceMs } = plan;
    const { began, starts } = await crowd.visitors.call(
      'storm',
      { url, rate, seconds, hello: false },
      patienceMs,
    );
    crowd.count += starts.length;
    const agreedAt = await crowd.watchers.call(
      'agree',
      { count: crowd.count, timeoutMs: patienceMs },
      patienceMs + 10_000,
    );
    const { received } = await crowd.watchers.call('status', undefined);
    return {
      lone,
      storm: {
        visits: starts.length,
        messages: received,
        seen: await crowd.watchers.call('assess', { base, starts }),
        ...(agreedAt !== undefined && { agreedMs: round(agreedAt - began) }),
      },
    };
  } finally {
    await Promise.all([crowd.close(), server.stop()]);
  }
}
