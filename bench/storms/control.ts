/** The same visits and storm with a plain `ws` broadcast: what the machine itself needs. */
import type { PlainServer } from '../processes/plain-server.ts';
import { startWorker } from '../processes/worker.ts';
import { Crowd, type LoneVisits, type StormSeen } from '../crowd.ts';
import type { StormPlan } from './storm.ts';

export interface ControlResult {
  lone: LoneVisits;
  storm: Omit<StormSeen, 'refused' | 'received'> & { messages: number };
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
    const { refused: _, received: messages, ...storm } = await crowd.storm(plan);
    return { lone, storm: { ...storm, messages } };
  } finally {
    await Promise.all([crowd.close(), server.stop()]);
  }
}
