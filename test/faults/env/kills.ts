/** Kills in the middle of the work, as often as asked. */
import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import { putLink } from '../../../cli/count/links.ts';
import { readStatistics } from '../../../cli/count/statistics.ts';
import { openLocalCounter, type OpenCounter } from '../../../cli/local/counter.ts';
import { connectClient, type TestClient } from '../../support/client.ts';
import { SEED } from '../../support/seed.ts';
import { startServer, type RunningServer } from '../../support/server.ts';
import type { Engine } from './engine.ts';
import { seededRandom } from '../../../console/lab/random.ts';
import { report } from './report.ts';
import { arrivals, newEnvironment } from './scenario.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

/** Ends the broadcaster at random calls. Lambda redelivers the batch. */
export async function killBroadcaster(t: TestContext, engine: Engine, kills: number): Promise<void> {
  // No call is slow enough for the updater's timeout: its ghosts are another scenario.
  const env = await newEnvironment(t, engine, { overtaking: 0, postsPerSecond: 1_000 });
  await arrivals(env, 5, 0);
  await env.simulation.run(10_000);
  const totals = { lost: 0, doubled: 0, behind: 0, countMs: 0 };
  const reached = new Set<number>();
  for (let kill = 0; env.ended < kills; kill++) {
    const { simulation, eventSource, gateway } = env;
    // A known visit is an arrival without a new count: the harder case for the broadcaster.
    const page = env.open(kill % 3 === 0 ? 'visit-0-xxxx' : `kill-${kill}-xxxx`);
    const call = 1 + simulation.random.below(env.usualCalls);
    const death = { call, carriedOut: simulation.random.happens(0.5) };
    env.nextDeath = death;
    const { ended } = env;
    const since = simulation.now();
    assert.ok(await simulation.runUntil(() => env.nextDeath === undefined, 120_000));

    const isDelivered = () =>
      eventSource.idle && env.behind({ count: env.ledger.counted, viewers: 6 }).length === 0;
    await simulation.runUntil(isDelivered, 60_000);
    if (env.ended > ended) reached.add(call);
    totals.behind += env.behind({ count: env.ledger.counted, viewers: 6 }).length;
    totals.countMs = Math.max(totals.countMs, simulation.now() - since);
    page.leave();
    // A broadcast that still finds its row would count a viewer too many until the next reconciliation.
    assert.ok(
      await simulation.runUntil(() => gateway.open.length === 5 && gateway.pendingDisconnects === 0, 10_000),
    );
  }
  const { lost, doubled } = await env.ledger.audit(env.gateway.accepted);
  const row = { ...totals, lost, doubled };
  await report(t, {
    scenario: 'Broadcaster ended at a random call',
    tried: `${kills} kills, at ${reached.size} different calls`,
    ...row,
  });
  assert.deepEqual([row.lost, row.doubled, row.behind], [0, 0, 0]);
}

const VISITS_PER_ROUND = 40;
const LINK = 'acme-7f3kq2ma';
const CLIENTS = 12;

/** `kill -9` of a server in the middle of traffic, the database with it. */
export async function killServer(t: TestContext, kills: number): Promise<void> {
  const random = seededRandom(SEED);
  const data = temporaryFolder('cloud-resume-data-');
  let server = await startServer(data);
  t.after(async () => {
    await server.kill();
  });
  const createLink = (counter: OpenCounter) =>
    putLink(counter.database, { id: LINK, label: 'Acme', createdAt: Date.now(), visits: 0 });
  await withCounter(data, createLink);
  let counted = 0;
  let unanswered = 0;
  for (let round = 1; round <= kills; round++) {
    const visits = Array.from({ length: VISITS_PER_ROUND }, (_, i) => `kill-${round}-visit-${i}`);
    const accepted = await connectAll(server, visits, 1 + random.below(VISITS_PER_ROUND / 2 - 1));

    server = await startServer(data);
    const survived = (await countOf(server)) - counted;
    assert.ok(survived >= accepted, `round ${round}: ${accepted} were accepted, ${survived} survived`);
    assert.ok(survived <= VISITS_PER_ROUND, `round ${round}: ${survived} were counted`);
    unanswered += survived - accepted;
    // Pages retry if they got no answer or were cut off.
    assert.equal(await connectAll(server, visits), VISITS_PER_ROUND);
    counted += VISITS_PER_ROUND;
    assert.equal(await countOf(server), counted, `round ${round}: every visit is counted once`);
  }
  const final = await countOf(server);
  const read = ({ database }: OpenCounter) => readStatistics(database, Date.now());
  const [link] = (await withCounter(data, read)).links;
  await report(t, {
    scenario: 'Server killed (SIGKILL) in mid-traffic, the database with it',
    tried: `${counted} visits, ${kills} kills; ${unanswered} committed though the kill swallowed the answer`,
    lost: Math.max(0, counted - final),
    doubled: Math.max(0, final - counted),
  });
  assert.equal(link?.visits, counted, 'every visit is counted once for its link');
}

async function withCounter<T>(data: string, work: (counter: OpenCounter) => Promise<T>): Promise<T> {
  const counter = await openLocalCounter(data, false);
  return work(counter).finally(() => counter.close());
}

/** Connects the visits, a few at a time, and kills the server after `killAfter` acceptances. @returns how many were accepted */
async function connectAll(running: RunningServer, visits: string[], killAfter = Infinity): Promise<number> {
  let accepted = 0;
  const clients: TestClient[] = [];
  const queue = visits.values();
  let killed: Promise<void> | undefined;
  await Promise.all(
    Array.from({ length: CLIENTS }, async () => {
      for (const visit of queue) {
        if (killed) return;
        try {
          clients.push(await connectClient(running.url, { visit, link: LINK }));
        } catch {
          continue;
        }
        accepted++;
        if (accepted === killAfter) killed = running.kill();
      }
    }),
  );
  await killed;
  for (const { socket } of clients) socket.terminate();
  return accepted;
}

async function countOf(running: RunningServer): Promise<number> {
  // The smoke test's visit is never counted.
  const client = await connectClient(running.url, { visit: 'smoke-test-visit' });
  client.send({ action: 'hello' });
  const { count } = await client.until(() => true);
  await client.close();
  return count;
}
