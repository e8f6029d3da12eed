/** One run: a server, an audience and visitors, each in a process of its own. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Distribution } from './percentiles.ts';
import { distributionOf, round } from './percentiles.ts';
import type { Visitors } from './processes/visitors.ts';
import type { Watchers } from './processes/watchers.ts';
import { startWorker, type Worker } from './processes/worker.ts';

/** Handshakes under way at once while the audience takes its seats: below API Gateway's 500 a second, above what the database commits. */
const CONCURRENCY = 48;
const SEATING_TIMEOUT_MS = 120_000;
const AGREEMENT_TIMEOUT_MS = 60_000;

export interface LoneVisits {
  repeats: number;
  /** Until a viewer shows the visit, over all viewers and repetitions. */
  seen: Distribution;
  /** Until the last viewer shows it: the median over the repetitions. */
  seenByAllMs: number;
  /** Until the visitor's own handshake is complete: the median. */
  openMs: number;
}

export class Stage {
  readonly watchers: Worker<Watchers>;
  readonly visitors: Worker<Visitors>;
  readonly url: string;
  /** Whether pages ask for a snapshot when they open, as ours do. */
  readonly hello: boolean;
  /** The count that everybody shows while nothing happens. */
  count = 0;
  audience = 0;

  private constructor(url: string, hello: boolean, watchers: Worker<Watchers>, visitors: Worker<Visitors>) {
    this.url = url;
    this.hello = hello;
    this.watchers = watchers;
    this.visitors = visitors;
  }

  static async open({ url, hello }: { url: string; hello: boolean }): Promise<Stage> {
    const [watchers, visitors] = await Promise.all([
      startWorker<Watchers>('watchers.ts'),
      startWorker<Visitors>('visitors.ts'),
    ]);
    return new Stage(url, hello, watchers, visitors);
  }

  /** Lets further pages in until the audience has `size`. @throws where one is refused */
  async seat(size: number): Promise<{ ms: number; opened: number }> {
    const seated = await this.watchers.call(
      'open',
      { url: this.url, count: size - this.audience, concurrency: CONCURRENCY },
      SEATING_TIMEOUT_MS,
    );
    if (seated.failed > 0) throw new Error(`${seated.failed} of ${size} pages were refused.`);
    this.audience = size;
    this.count += seated.opened;
    return seated;
  }

  /** Waits until every page shows the count. @returns false after `timeoutMs` */
  async agreed(timeoutMs: number): Promise<boolean> {
    const at = await this.watchers.call('agree', { count: this.count, timeoutMs }, timeoutMs + 10_000);
    return at !== undefined;
  }

  /**
   * Visitors who come one by one while nobody else does, and leave when everybody has seen them.
   * @param pauseMs before each, so that none meets the pause after the broadcast for another
   */
  async loneVisits(repeats: number, pauseMs: number): Promise<LoneVisits> {
    const byViewer: Distribution[] = [];
    const opens: number[] = [];
    for (let i = 0; i < repeats; i++) {
      await sleep(pauseMs);
      await this.watchers.call('reset', undefined);
      const { start, openMs } = await this.visitors.call('come', { url: this.url, hello: this.hello });
      this.count++;
      if (!(await this.agreed(AGREEMENT_TIMEOUT_MS)))
        throw new Error(`A lone visit was not seen by all ${this.audience} within a minute.`);
      byViewer.push(await this.watchers.call('assess', { base: this.count - 1, starts: [start] }));
      opens.push(openMs);
      await this.visitors.call('leave', undefined);
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
      openMs: round(distributionOf(opens).p50),
    };
  }

  async close(): Promise<void> {
    await Promise.all([this.watchers.stop(), this.visitors.stop()]);
  }
}
