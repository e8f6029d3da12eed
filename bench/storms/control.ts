/** The same visits and the same storm on a plain `ws` broadcast: what the machine itself takes. */
import { round, type Distribution } from '../percentiles.ts';
import type { PlainServer } from '../processes/plain-server.ts';
import { startWorker } from '../processes/worker.ts';
import { Stage, type LoneVisits } from '../stage.ts';
import type { StormPlan } from './storm.ts';

export interface ControlResult {
  lone: LoneVisits;
  storm: { visits: number; messages: number; seen: Distribution & { unseen: number }; agreedMs?: number };
}

export async function measureControl(plan: StormPlan): Promise<ControlResult> {
  const server = await startWorker<PlainServer>('plain-server.ts');
  const { webSocketUrl: url } = await server.call('start', undefined);
  const stage = await Stage.open({ url, hello: false });
  try {
    await server.call('setSilent', true);
    await stage.seat(plan.viewers);
    await server.call('setSilent', false);
    const lone = await stage.loneVisits(plan.loneRepeats, 100);
    const base = stage.count;
    await stage.watchers.call('reset', undefined);
    const { rate, seconds, patienceMs } = plan;
    const { began, starts } = await stage.visitors.call(
      'storm',
      { url, rate, seconds, hello: false },
      patienceMs,
    );
    stage.count += starts.length;
    const agreedAt = await stage.watchers.call(
      'agree',
      { count: stage.count, timeoutMs: patienceMs },
      patienceMs + 10_000,
    );
    const { received } = await stage.watchers.call('status', undefined);
    return {
      lone,
      storm: {
        visits: starts.length,
        messages: received,
        seen: await stage.watchers.call('assess', { base, starts }),
        ...(agreedAt !== undefined && { agreedMs: round(agreedAt - began) }),
      },
    };
  } finally {
    await Promise.all([stage.close(), server.stop()]);
  }
}
