/** Process: the audience. Opens many pages and records when each shows which count. */
import { randomUUID } from 'node:crypto';
import { distributionOf, type Distribution } from '../percentiles.ts';
import { nowMs } from '../clock.ts';
import { answerCalls } from './worker.ts';
import { latenciesOf, Viewer } from './viewer.ts';

const viewers: Viewer[] = [];
let received = 0;
let waiting: { count: number; behind: number; done: () => void } | undefined;

function onMessage(viewer: Viewer, before: number): void {
  received++;
  if (waiting && before < waiting.count && viewer.count >= waiting.count && --waiting.behind === 0)
    waiting.done();
}

const handlers = {
  /** Opens more pages, `concurrency` handshakes at a time. @returns `ms`: the time for all */
  async open({ url, count, concurrency }: { url: string; count: number; concurrency: number }) {
    const started = nowMs();
    let next = 0;
    let failed = 0;
    const work = async () => {
      while (next < count) {
        next++;
        try {
          viewers.push(await Viewer.open(`${url}?visit=${randomUUID()}`, onMessage));
        } catch {
          failed++;
        }
      }
    };
    await Promise.all(Array.from({ length: concurrency }, work));
    return { ms: nowMs() - started, opened: count - failed, failed };
  },

  /** Discards what has been seen so far. */
  reset() {
    received = 0;
    for (const viewer of viewers) viewer.reset();
  },

  /** Waits until every page shows at least `count`. @returns the time; `undefined` after `timeoutMs` */
  async agree({ count, timeoutMs }: { count: number; timeoutMs: number }): Promise<number | undefined> {
    const behind = viewers.filter((viewer) => viewer.count < count).length;
    if (behind > 0) {
      await new Promise<void>((done) => {
        waiting = { count, behind, done };
        setTimeout(done, timeoutMs).unref();
      });
      waiting = undefined;
    }
    if (viewers.some((viewer) => viewer.count < count)) return undefined;
    return Math.max(...viewers.map((viewer) => viewer.times.at(-1) ?? 0));
  },

  /** How long the visits that began at `starts` took to reach every page. `unseen` counts the missing pairs of visit and page. */
  assess({ base, starts }: { base: number; starts: number[] }): Distribution & { unseen: number } {
    const all = new Float64Array(viewers.length * starts.length);
    viewers.forEach((viewer, i) => all.set(latenciesOf(viewer, base, starts), i * starts.length));
    return { ...distributionOf(all), unseen: all.filter((value) => value === Infinity).length };
  },

  status: () => ({ received, open: viewers.filter((viewer) => viewer.isOpen).length }),

  close() {
    for (const viewer of viewers.splice(0)) viewer.close();
  },
};

export type Watchers = typeof handlers;
answerCalls(handlers);
