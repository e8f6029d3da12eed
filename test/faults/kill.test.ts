/** `kill -9` in the middle of traffic: no accepted visit is lost, none is counted twice. */
import assert from 'node:assert/strict';
import { randomInt, randomUUID } from 'node:crypto';
import { after, test } from 'node:test';
import { connectClient, type TestClient } from '../support/client.ts';
import { report } from './env/report.ts';
import { dataFolder, startServer, type RunningServer } from '../support/server.ts';

const KILLS = 20;
const VISITS_A_ROUND = 40;
const AT_ONCE = 12;

const data = await dataFolder();
let server: RunningServer | undefined;
after(async () => {
  await server?.kill();
  await data.remove();
});

/** Connects all visits, a few at a time, until all are there or the server is killed after `killAfter` acceptances. Returns the accepted. */
async function traffic(running: RunningServer, visits: string[], killAfter: number): Promise<string[]> {
  const accepted: string[] = [];
  const clients: TestClient[] = [];
  const queue = visits.values();
  let killed: Promise<void> | undefined;
  await Promise.all(
    Array.from({ length: AT_ONCE }, async () => {
      for (const visit of queue) {
        if (killed) return;
        try {
          clients.push(await connectClient(running.url, { visit }));
        } catch {
          // Refused or cut off: the page would try again with the same visit id.
          continue;
        }
        accepted.push(visit);
        if (accepted.length === killAfter) killed = running.kill();
      }
    }),
  );
  await killed;
  for (const { socket } of clients) socket.terminate();
  return accepted;
}

async function count(running: RunningServer): Promise<number> {
  // The smoke test's visit is connected and answered like any other, and never counted.
  const client = await connectClient(running.url, { visit: 'smoke-test-visit' });
  client.send({ action: 'hello' });
  const { count: visits } = await client.until(() => true);
  await client.close();
  return visits;
}

test(`${KILLS} kills in the middle of traffic lose nothing and double nothing`, async (t) => {
  let counted = 0;
  let unanswered = 0;
  server = await startServer(data.path);
  for (let round = 1; round <= KILLS; round++) {
    const visits = Array.from({ length: VISITS_A_ROUND }, () => randomUUID());
    const accepted = await traffic(server, visits, randomInt(1, VISITS_A_ROUND / 2));

    server = await startServer(data.path);
    const survived = (await count(server)) - counted;
    assert.ok(
      survived >= accepted.length,
      `round ${round}: ${accepted.length} were accepted, ${survived} survived`,
    );
    assert.ok(survived <= VISITS_A_ROUND, `round ${round}: ${VISITS_A_ROUND} came, ${survived} were counted`);
    unanswered += survived - accepted.length;
    // What pages do: whoever got no answer tries again, and so does whoever was cut off.
    const again = await traffic(server, visits, Infinity);
    assert.equal(again.length, VISITS_A_ROUND);
    counted += VISITS_A_ROUND;
    assert.equal(await count(server), counted, `round ${round}: every visit is counted once`);
  }
  const final = await count(server);
  await report(t, {
    scenario: 'Server killed (SIGKILL) in mid-traffic, the database with it',
    tried: `${counted} visits, ${KILLS} kills; ${unanswered} committed though the kill swallowed the answer`,
    lost: Math.max(0, counted - final),
    doubled: Math.max(0, final - counted),
  });
});
