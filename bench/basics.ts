/** How fast the way is: connects, posts, and a lone visit on every screen; beside it the control, a plain `ws` broadcast. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Cloud } from './processes/cloud.ts';
import type { PlainServer } from './processes/plain-server.ts';
import type { Visitors } from './processes/visitors.ts';
import type { Watchers } from './processes/watchers.ts';
import { startWorker, type Worker } from './processes/worker.ts';
import { distributionOf, round, type Distribution } from './percentiles.ts';
import type { Say } from './progress.ts';
import { POST_ROUTE } from './topologies.ts';

export interface LoneVisit {
  system: 'ours' | 'plain ws';
  viewers: number;
  /** Handshakes a second while the audience came. */
  connectsPerSecond: number;
  /** Milliseconds from the visit's beginning until a page showed it, over all pages and visits. */
  seen: Distribution;
}

export interface Basics {
  loneVisits: LoneVisit[];
  /** Through the management API, as fast as the broadcaster's own client can. */
  postsPerSecond: number;
}

/** Milliseconds for which a broadcast to one viewer delays the next one: 1 / POSTS_PER_SECOND as shipped. */
const PACE_MS_A_VIEWER = 10;

/** One further visit at a time, each when all pages show the one before and the broadcaster's pause is over. */
async function loneVisits(
  { url, base, visits, viewers }: { url: string; base: number; visits: number; viewers: number },
  watchers: Worker<Watchers>,
  visitors: Worker<Visitors>,
  hello: boolean,
): Promise<Distribution> {
  const slowest: number[] = [];
  for (let i = 1; i <= visits; i++) {
    const { start } = await visitors.call('come', { url, hello });
    const at = await watchers.call('agree', { count: base + i, timeoutMs: 60_000 });
    if (at === undefined) throw new Error(`Of ${viewers} pages some never saw visit ${i}.`);
    slowest.push(at - start);
    await visitors.call('leave', undefined);
    await sleep(viewers * PACE_MS_A_VIEWER + 200);
  }
  return distributionOf(slowest);
}

export async function basics(say: Say, audiences: { viewers: number; visits: number }[]): Promise<Basics> {
  const result: Basics = { loneVisits: [], postsPerSecond: 0 };
  for (const { viewers, visits } of audiences) {
    for (const system of ['plain ws', 'ours'] as const) {
      const [watchers, visitors] = await Promise.all([
        startWorker<Watchers>('watchers.ts'),
        startWorker<Visitors>('visitors.ts'),
      ]);
      const plain = system === 'plain ws' ? await startWorker<PlainServer>('plain-server.ts') : undefined;
      const cloud = system === 'ours' ? await startWorker<Cloud>('cloud.ts') : undefined;
      try {
        const { webSocketUrl: url } = plain
          ? await plain.call('start', undefined)
          : await cloud!.call('start', { design: 'ours' });
        await plain?.call('setSilent', true);
        const { ms, opened } = await watchers.call('open', { url, count: viewers, concurrency: 16 }, 300_000);
        await plain?.call('setSilent', false);
        // The warm-up: everything is loaded, and everybody shows the same number.
        await visitors.call('come', { url, hello: !plain });
        await watchers.call('agree', { count: viewers + 1, timeoutMs: 60_000 });
        await visitors.call('leave', undefined);
        await sleep(viewers * PACE_MS_A_VIEWER + 200);
        const seen = await loneVisits(
          { url, base: viewers + 1, visits, viewers },
          watchers,
          visitors,
          !plain,
        );
        const connectsPerSecond = round((1000 * opened) / ms, 0);
        result.loneVisits.push({ system, viewers, connectsPerSecond, seen });
        say(
          `${system}, ${viewers} viewers: ${connectsPerSecond} connects/s; a visit is on the last screen after p50 ${seen.p50} ms, p99 ${seen.p99} ms`,
        );
        if (cloud && viewers === audiences.at(-1)?.viewers) {
          const message = { action: POST_ROUTE, posts: 5_000, warmUp: 1_000 };
          const posts = (await visitors.call('ask', { url, message }, 60_000)) as {
            delivered: number;
            ms: number;
          };
          result.postsPerSecond = round((1000 * posts.delivered) / posts.ms, 0);
          say(`management API: ${result.postsPerSecond} posts/s`);
        }
      } finally {
        await watchers.call('close', undefined);
        await cloud?.call('close', undefined);
        await Promise.all([watchers, visitors, plain, cloud].map((worker) => worker?.stop()));
      }
    }
  }
  return result;
}
