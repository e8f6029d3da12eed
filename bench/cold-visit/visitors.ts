/** Real visits to one design: a browser, the local cloud, and the distances between browser, cloud and database. */
import { appendFile, cp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Browser } from 'playwright-core';
import type { BuiltSite } from '../../contract/site-manifest.ts';
import { FUNCTION_NAMES } from '../../functions/build.ts';
import { BUILD_DIRECTORY } from '../build.ts';
import type { Cloud, Timed } from '../processes/cloud.ts';
import { startWorker } from '../processes/worker.ts';
import type { Variant } from '../topologies.ts';
import { startDelayProxy } from './delay-proxy.ts';
import { FOOTER, pointsOf, readPage, recordPage, type PageMarks, type Points } from './marks.ts';

const PATIENCE_MS = 20_000;
/** A page that has its number may still get none of the broadcast: the post came before its handshake was answered. */
const BROADCAST_PATIENCE_MS = 2_000;
const QUIET_MS = 100;
/** How often the page is asked whether it is done. */
const POLLING_MS = 20;

export interface Visit {
  points: Points;
  /** Milliseconds of both functions for this visit, its departure included. */
  functionMs: number;
}

export type Visitors = Awaited<ReturnType<typeof openVisitors>>;

/**
 * @param code folder of the built functions
 * @param groups files of control groups that the functions join, by function
 */
export async function openVisitors(
  browser: Browser,
  design: Variant['design'],
  { code, site, groups }: { code: string; site: BuiltSite; groups: Record<string, string> },
) {
  const folder = join(BUILD_DIRECTORY, 'cold-visit', design.replace(' ', '-'));
  await rm(folder, { recursive: true, force: true });
  await cp(code, folder, { recursive: true });
  for (const name of FUNCTION_NAMES) await appendFile(join(folder, name, 'index.cjs'), FOOTER);

  const cloud = await startWorker<Cloud>('cloud.ts');
  // Without it, a page would wait for a number until its patience ends.
  void cloud.ended.then(() => browser.close());
  const targets: { page?: URL; database?: URL } = {};
  const pageProxy = await startDelayProxy(() => targets.page);
  const databaseProxy = await startDelayProxy(() => targets.database);
  const environment = Object.fromEntries(
    FUNCTION_NAMES.map((name) => [
      name,
      {
        AWS_ENDPOINT_URL_DYNAMODB: `http://127.0.0.1:${databaseProxy.port}`,
        AWS_SDK_JS_SUPPRESS_MAINTENANCE_MODE_MESSAGE: '1',
        ...(groups[name] && { BENCH_GROUP: groups[name] }),
      },
    ]),
  );
  const origin = `http://127.0.0.1:${pageProxy.port}`;
  const started = await cloud.call('start', { design, code: folder, environment, origin, site });
  targets.page = new URL(started.webSocketUrl);
  targets.database = new URL(started.dynamodbEndpoint);
  const expectedMessages = design === 'ours' ? 2 : 1;
  let visits = 0;

  /** Opens the page, waits until it shows its own visit, and leaves. @param cold stops all environments before */
  async function visit(cold: boolean): Promise<Visit> {
    if (cold) await cloud.call('stopEnvironments', undefined);
    await cloud.call('record', undefined);
    databaseProxy.takeCalls();
    const page = await openPage(++visits);
    const calls = databaseProxy.takeCalls();
    const timeline = await settled();
    let functionMs = 0;
    for (const event of timeline)
      // Lambda bills initialisation too.
      if (event.type === 'invocation') functionMs += event.durationMs + (event.initDurationMs ?? 0);
    return { points: pointsOf(page, timeline, calls), functionMs };
  }

  async function openPage(expected: number): Promise<PageMarks> {
    const context = await browser.newContext({ viewport: { width: 1280, height: 900 } });
    try {
      const page = await context.newPage();
      page.setDefaultTimeout(PATIENCE_MS);
      // tsx names functions with a helper that pages lack.
      await page.addInitScript('globalThis.__name = (value) => value');
      await page.addInitScript(recordPage, expected);
      await page.goto(`${origin}/`);
      await page.waitForFunction(() => marks.number !== undefined, undefined, { polling: POLLING_MS });
      const all = ([count]: [number]) => marks.messages.length >= count;
      const patience = { polling: POLLING_MS, timeout: BROADCAST_PATIENCE_MS };
      await page.waitForFunction(all, [expectedMessages] as [number], patience).catch(() => {});
      return await page.evaluate(readPage);
    } finally {
      await context.close();
    }
  }

  /** Waits until the visitor's departure is complete. @returns all events of the visit */
  async function settled(): Promise<Timed[]> {
    const deadline = Date.now() + PATIENCE_MS;
    for (let quietSince = Date.now(), known = 0; ; await sleep(QUIET_MS / 4)) {
      const timeline = await cloud.call('timeline', undefined);
      const count = (type: Timed['type']) => timeline.filter((event) => event.type === type).length;
      const left = count('disconnect') > 0 && count('invoke') === count('invocation');
      if (timeline.length !== known || !left) quietSince = Date.now();
      known = timeline.length;
      if (Date.now() - quietSince >= QUIET_MS) return timeline;
      if (Date.now() > deadline) throw new Error('The local cloud did not come to rest after a visit.');
    }
  }

  /** The distance to the edge, and from the functions to the database. */
  function setRoundTrip(ms: number): void {
    for (const proxy of [pageProxy, databaseProxy]) proxy.setRoundTrip(ms);
  }

  async function close(): Promise<void> {
    await cloud.stop();
    await Promise.all([pageProxy.close(), databaseProxy.close()]);
  }

  return { visit, setRoundTrip, close };
}
