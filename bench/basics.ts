/** The figures of one server: start-up time, size, connections, posts, and how soon a visit is seen. */
import { setTimeout as sleep } from 'node:timers/promises';
import { measureReadiness, type Readiness } from './readiness.ts';
import type { Cloud } from './processes/cloud.ts';
import { withControl } from './control.ts';
import { startWorker } from './processes/worker.ts';
import type { Say } from './clock.ts';
import { openCrowd, type Crowd, type LoneVisits } from './crowd.ts';
import { POST_ROUTE } from './topologies.ts';

/** Ten times the default, so the run need not wait minutes between two single visits. */
const POSTS_PER_SECOND = 1_000;

export interface Basics extends Readiness {
  /** Handshakes per second while the audience grew to its full size. Each one is a durable visit. */
  connectRate: number;
  postRate: PostRate;
  visits: { viewers: number; ours: LoneVisits; plain: LoneVisits }[];
  /** Connections open at the end, and how many were requested. */
  openConnections: { asked: number; open: number };
}

export interface PostRate {
  posts: number;
  postsPerSecond: number;
  /** Posts per second of CPU time of the posting function. */
  postsPerCpuSecond: number;
}

export async function measureBasics(say: Say, quick: boolean): Promise<Basics> {
  const audiences = quick ? [100, 300] : [100, 1_000];
  const repeats = quick ? 3 : 10;
  const readiness = await measureReadiness();
  say(`ready in ${readiness.secondStartMs} ms (second start); node_modules ${readiness.nodeModulesMB} MB`);
  const plain = await withControl(async (crowd, seat) => {
    const results: LoneVisits[] = [];
    for (const viewers of audiences) {
      await seat(viewers);
      results.push(await crowd.loneVisits(repeats, 100));
    }
    return results;
  });
  say('control: plain ws measured');
  const cloud = await startWorker<Cloud>('cloud.ts');
  try {
    const { webSocketUrl: url } = await cloud.call('start', {
      design: 'ours',
      postsPerSecond: POSTS_PER_SECOND,
    });
    const crowd = await openCrowd({ url, hello: true });
    const visits: Basics['visits'] = [];
    for (const [i, viewers] of audiences.entries()) {
      await crowd.seat(viewers);
      await crowd.agreed();
      const ours = await crowd.loneVisits(repeats, pause(viewers));
      visits.push({ viewers, ours, plain: plain[i]! });
      say(
        `visit → seen by ${viewers}: p50 ${ours.seen.p50} ms, all ${ours.seenByAllMs} ms (plain ws ${plain[i]!.seenByAllMs} ms)`,
      );
    }
    const asked = quick ? 500 : 5_000;
    const seated = await crowd.seat(asked);
    const connectRate = Math.round((1000 * seated.opened) / seated.ms);
    await crowd.agreed();
    const { open } = await crowd.watchers.call('status', undefined);
    say(`${open} of ${asked} connections open, ${connectRate} visits accepted a second`);
    await sleep(pause(asked));
    const postRate = await measurePosts(crowd, url, quick ? 2_000 : 10_000);
    say(`${postRate.postsPerSecond} posts a second`);
    await crowd.close();
    return { ...readiness, connectRate, postRate, visits, openConnections: { asked, open } };
  } finally {
    await cloud.stop();
  }
}

/** Milliseconds until the next broadcast may begin, plus a margin. */
const pause = (viewers: number): number => (1000 * (viewers + 2)) / POSTS_PER_SECOND + 200;

async function measurePosts({ visitors }: Crowd, url: string, posts: number): Promise<PostRate> {
  const message = { action: POST_ROUTE, posts, warmUp: 1_000 };
  const answer = (await visitors.call('ask', { url, message })) as {
    delivered?: number;
    ms: number;
    cpuMs: number;
  };
  if (answer.delivered !== posts)
    throw new Error(`Some of ${posts} posts were not delivered: ${JSON.stringify(answer)}`);
  return {
    posts,
    postsPerSecond: Math.round((1000 * posts) / answer.ms),
    postsPerCpuSecond: Math.round((1000 * posts) / answer.cpuMs),
  };
}
