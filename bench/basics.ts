/** The figures of one server: connections, posts, how soon a visit is seen, how soon it is ready, what it weighs. */
import { setTimeout as sleep } from 'node:timers/promises';
import { measureReadiness, type Readiness } from './readiness.ts';
import type { Cloud } from './processes/cloud.ts';
import type { PlainServer } from './processes/plain-server.ts';
import { startWorker } from './processes/worker.ts';
import type { Say } from './progress.ts';
import { Stage, type LoneVisits } from './stage.ts';
import { POST_ROUTE } from './topologies.ts';

/** Ten times the shipped ceiling: a lone visit is not paced, and the run need not wait minutes between two of them. */
const POSTS_PER_SECOND = 1_000;

export interface Basics extends Readiness {
  /** Handshakes a second, each one a durable visit, while the audience grew to `audiences.at(-1)`. */
  connectRate: number;
  postRate: PostRate;
  visits: { viewers: number; ours: LoneVisits; plain: LoneVisits }[];
  /** Connections open at the end, of as many that were asked for. */
  openConnections: { asked: number; open: number };
}

export interface PostRate {
  posts: number;
  postsPerSecond: number;
  /** Posts a second and core of the posting function. */
  postsPerCpuSecond: number;
}

export async function measureBasics(say: Say, quick: boolean): Promise<Basics> {
  const audiences = quick ? [100, 300] : [100, 1_000];
  const repeats = quick ? 3 : 10;
  const readiness = await measureReadiness();
  say(`ready in ${readiness.secondStartMs} ms (second start); node_modules ${readiness.nodeModulesMB} MB`);
  const plain = await control(say, audiences, repeats);
  const cloud = await startWorker<Cloud>('cloud.ts');
  try {
    const { webSocketUrl: url } = await cloud.call('start', {
      design: 'ours',
      postsPerSecond: POSTS_PER_SECOND,
    });
    const stage = await Stage.open({ url, hello: true });
    const visits: Basics['visits'] = [];
    for (const [i, viewers] of audiences.entries()) {
      await seatAll(stage, viewers);
      const ours = await stage.loneVisits(repeats, pause(viewers));
      visits.push({ viewers, ours, plain: plain[i]! });
      say(
        `visit → seen by ${viewers}: p50 ${ours.seen.p50} ms, all ${ours.seenByAllMs} ms (plain ws ${plain[i]!.seenByAllMs} ms)`,
      );
    }
    const asked = quick ? 500 : 5_000;
    const seated = await stage.seat(asked);
    const connectRate = Math.round((1000 * seated.opened) / seated.ms);
    if (!(await stage.agreed(60_000))) throw new Error(`${asked} pages did not agree within a minute.`);
    const { open } = await stage.watchers.call('status', undefined);
    say(`${open} of ${asked} connections open, ${connectRate} visits accepted a second`);
    await sleep(pause(asked));
    const postRate = await measurePosts(stage, quick ? 2_000 : 10_000);
    say(`${postRate.postsPerSecond} posts a second`);
    await stage.close();
    return { ...readiness, connectRate, postRate, visits, openConnections: { asked, open } };
  } finally {
    await cloud.call('close', undefined).catch(() => {});
    await cloud.stop();
  }
}

/** Until the next broadcast may begin, and a little. */
const pause = (viewers: number): number => (1000 * (viewers + 2)) / POSTS_PER_SECOND + 200;

async function seatAll(stage: Stage, viewers: number): Promise<void> {
  await stage.seat(viewers);
  if (!(await stage.agreed(60_000))) throw new Error(`${viewers} pages did not agree within a minute.`);
}

async function measurePosts(stage: Stage, posts: number): Promise<PostRate> {
  const message = { action: POST_ROUTE, posts, warmUp: 1_000 };
  const answer = (await stage.visitors.call('ask', { url: stage.url, message })) as {
    delivered?: number;
    ms: number;
    cpuMs: number;
  };
  if (answer.delivered !== posts)
    throw new Error(`Of ${posts} posts not all arrived: ${JSON.stringify(answer)}`);
  return {
    posts,
    postsPerSecond: Math.round((1000 * posts) / answer.ms),
    postsPerCpuSecond: Math.round((1000 * posts) / answer.cpuMs),
  };
}

/** The same visits on a plain `ws` broadcast. */
async function control(say: Say, audiences: number[], repeats: number): Promise<LoneVisits[]> {
  const server = await startWorker<PlainServer>('plain-server.ts');
  const { webSocketUrl: url } = await server.call('start', undefined);
  const stage = await Stage.open({ url, hello: false });
  const results: LoneVisits[] = [];
  for (const viewers of audiences) {
    await server.call('setSilent', true);
    await stage.seat(viewers);
    await server.call('setSilent', false);
    results.push(await stage.loneVisits(repeats, 100));
  }
  say('control: plain ws measured');
  await stage.close();
  await server.stop();
  return results;
}
