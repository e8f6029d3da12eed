/** The load on one server: an audience that watches and visitors who come, each in its own process. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Distribution } from './percentiles.ts';
import { distributionOf, round } from './percentiles.ts';
import type { Visitors } from './processes/visitors.ts';
import type { Watchers } from './processes/watchers.ts';
import { startWorker } from './processes/worker.ts';

/** Concurrent handshakes while the audience connects: below API Gateway's 500 a second, above what the database commits. */
const CONCURRENCY = 48;
const SEATING_TIMEOUT_MS = 120_000;
const AGREEMENT_TIMEOUT_MS = 60_000;

export interface LoneVisits {
  repeats: number;
  /** Time until a viewer shows the visit, over all viewers and repetitions. */
  seen: Distribution;
  /** Time until the last viewer shows it: the median of the repetitions. */
  seenByAllMs: number;
}

export interface Storm {
  /** Visits per second, and for how many seconds. */
  rate: number;
  seconds: number;
  /** When to give up on a storm that not every page has seen, in milliseconds since its start. */
  patienceMs: number;
}

export interface StormSeen {
  visits: number;
  /** Visitors who were refused. */
  refused: number;
  /** Messages that the audience has received. */
  received: number;
  /** From a visit's start until a viewer shows it. Infinite if the run was stopped before. */
  seen: Distribution & { unseen: number };
  /** From the storm's start until every viewer shows the last number. Missing if the run was stopped. */
  agreedMs?: number;
}

export type Crowd = Awaited<ReturnType<typeof openCrowd>>;

/** @param hello whether pages request a snapshot when they open, like ours */
export async function openCrowd({ url, hello }: { url: string; hello: boolean }) {
  const [watchers, visitors] = await Promise.all([
    startWorker<Watchers>('watchers.ts'),
    startWorker<Visitors>('visitors.ts'),
  ]);
  /** The count that every page should show. */
  let count = 0;
  let audience = 0;

  /** Opens pages until the audience has `size`. @throws if a page is refused */
  async function seat(size: number): Promise<{ ms: number; opened: number }> {
    const seated = await watchers.call(
      'open',
      { url, count: size - audience, concurrency: CONCURRENCY },
      SEATING_TIMEOUT_MS,
    );
    if (seated.failed > 0) throw new Error(`${seated.failed} of ${size} pages were refused.`);
    audience = size;
    count += seated.opened;
    return seated;
  }

  /** Waits until every page shows the count. @throws if that takes more than a minute */
  async function agreed(): Promise<void> {
    if ((await agree(AGREEMENT_TIMEOUT_MS)) === undefined)
      throw new Error(`The ${audience} pages did not show ${count} within a minute.`);
  }

  /** @returns when the last page showed the count; `undefined` if not all do after `timeoutMs` */
  function agree(timeoutMs: number): Promise<number | undefined> {
    return watchers.call('agree', { count, timeoutMs }, timeoutMs + 10_000);
  }

  /**
   * Sends one visitor at a time. Each leaves once every page shows the visit.
   * @param pauseMs waits before each visit until the pause after the last broadcast is over
   */
  async function loneVisits(repeats: number, pauseMs: number): Promise<LoneVisits> {
    const byViewer: Distribution[] = [];
    for (let i = 0; i < repeats; i++) {
      await sleep(pauseMs);
      await watchers.call('reset', undefined);
      const { start } = await visitors.call('come', { url, hello });
      count++;
      await agreed();
      byViewer.push(await watchers.call('assess', { base: count - 1, starts: [start] }));
      await visitors.call('leave', undefined);
    }
    const worst = byViewer.map(({ max }) => max);
    return {
      repeats,
      seen: {
        samples: byViewer.reduce((sum, { samples }) => sum + samples, 0),
        p50: distributionOf(byViewer.map(({ p50 }) => p50)).p50,
        p99: distributionOf(byViewer.map(({ p99 }) => p99)).p50,
        max: distributionOf(worst).max,
      },
      seenByAllMs: distributionOf(worst).p50,
    };
  }

  /** Sends `rate` visitors a second, and waits until every page shows all of them or the patience ends. */
  async function storm({ rate, seconds, patienceMs }: Storm): Promise<StormSeen> {
    const base = count;
    await watchers.call('reset', undefined);
    const { began, starts, refused } = await visitors.call(
      'storm',
      { url, rate, seconds, hello },
      patienceMs,
    );
    count += starts.length;
    const agreedAt = await agree(Math.max(1_000, patienceMs - seconds * 1_000));
    const { received } = await watchers.call('status', undefined);
    return {
      visits: starts.length,
      refused,
      received,
      seen: await watchers.call('assess', { base, starts }),
      ...(agreedAt !== undefined && { agreedMs: round(agreedAt - began) }),
    };
  }

  const close = async () => void (await Promise.all([watchers.stop(), visitors.stop()]));
  return { watchers, visitors, seat, agreed, loneVisits, storm, close };
}
