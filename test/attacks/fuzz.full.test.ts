/**
 * Random requests, handshakes and messages. `SEED` repeats a run; `FUZZ_SECONDS` is the budget of all three together. A finding
 * becomes a test of its own, with the input that caused it.
 */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect } from 'node:net';
import { after, before, test, type TestContext } from 'node:test';
import { WebSocket } from 'ws';
import { type Random, seededRandom } from '../../console/lab/random.ts';
import { type AttackedCloud, PAGE, startCloud } from './support/cloud.ts';
import { handshake, httpRequests, message, oddBytes } from './support/fuzz.ts';
import { reportAttack } from './support/report.ts';

const SEED = Number(process.env['SEED'] ?? 20_261_125);
const BUDGET_MS = (Number(process.env['FUZZ_SECONDS'] ?? 15) * 1000) / 3;
/** Inputs under way at the same time. */
const CONCURRENCY = 8;
/** Every answer comes sooner, or the server hangs. The longest limit is that for unfinished headers. */
const PATIENCE_MS = 15_000;

let cloud: AttackedCloud;
const faults: unknown[] = [];
const onFault = (error: unknown) => faults.push(error);
before(async () => {
  process.on('unhandledRejection', onFault);
  cloud = await startCloud();
});
after(async () => {
  process.off('unhandledRejection', onFault);
  await cloud.close();
});

/** Runs `attempt` with fresh random numbers until the budget is spent, then checks that the server is unharmed. */
async function fuzz(
  t: TestContext,
  attack: string,
  attempt: (random: Random) => Promise<void>,
): Promise<void> {
  const endsAt = performance.now() + BUDGET_MS;
  let inputs = 0;
  async function worker(): Promise<void> {
    while (performance.now() < endsAt) {
      // Each input has its own seed, so that the order in which answers arrive does not matter.
      const seed = SEED + inputs++;
      try {
        await attempt(seededRandom(seed));
      } catch (error) {
        throw new Error(`Input ${seed}: ${(error as Error).message}`, { cause: error });
      }
    }
  }
  await Promise.all(Array.from({ length: CONCURRENCY }, worker));
  assert.deepEqual(faults, []);
  assert.deepEqual(cloud.warnings, []);
  assert.equal(await (await fetch(cloud.url)).text(), PAGE);
  const health = await cloud.health();
  assert.equal(health.status, 'ok', health.causes.join());
  t.diagnostic(`seed ${SEED}: ${inputs} inputs`);
  await reportAttack(t, {
    attack,
    before: '–',
    result: 'no finding: no 5xx, no hang, no log line, page and health fine',
  });
}

/** Sends bytes and resolves with what the server sends until `isDone`, or until it closes the socket. */
async function exchange(bytes: Buffer, isDone: (answer: string) => boolean, end: boolean): Promise<string> {
  const socket = connect(cloud.port, '127.0.0.1');
  let answer = '';
  socket.on('error', () => {});
  socket.on('data', (chunk) => {
    answer += chunk.toString('latin1');
    if (isDone(answer)) socket.destroy();
  });
  const timer = setTimeout(() => socket.destroy(new Error('late')), PATIENCE_MS);
  const closed = once(socket, 'close');
  if (end) socket.end(bytes);
  else socket.write(bytes);
  const startedAt = performance.now();
  await closed.catch(() => {});
  clearTimeout(timer);
  assert.ok(
    performance.now() - startedAt < PATIENCE_MS,
    `no answer to ${JSON.stringify(bytes.toString('latin1'))}`,
  );
  return answer;
}

const statusesOf = (answer: string) =>
  [...answer.matchAll(/^HTTP\/1\.1 (\d{3})/gm)].map(([, status]) => Number(status));

test('random HTTP requests', { timeout: BUDGET_MS + 60_000 }, (t) =>
  fuzz(t, 'Random HTTP requests', async (random) => {
    const bytes = httpRequests(random);
    const answer = await exchange(bytes, () => false, true);
    for (const status of statusesOf(answer)) {
      assert.ok(status < 500, `${status} to ${JSON.stringify(bytes.toString('latin1'))}`);
    }
    assert.ok(!answer.includes('root:'), 'a file from outside the site');
  }),
);

test('random handshakes', { timeout: BUDGET_MS + 60_000 }, (t) =>
  fuzz(t, 'Random handshakes', async (random) => {
    const bytes = handshake(random);
    const answer = await exchange(bytes, (text) => text.includes('\r\n\r\n'), false);
    const [status = 0] = statusesOf(answer);
    assert.ok(status < 500, `${status} to ${JSON.stringify(bytes.toString('latin1'))}`);
  }),
);

test('random messages', { timeout: BUDGET_MS + 60_000 }, (t) =>
  fuzz(t, 'Random messages and bytes on an open socket', async (random) => {
    const socket = new WebSocket(cloud.webSocketUrl);
    const closed = new Promise<void>((resolve) => socket.on('close', () => resolve()));
    socket.on('error', () => {});
    await Promise.race([once(socket, 'open').catch(() => {}), closed]);
    const replies: string[] = [];
    const sent = random.below(40);
    // Each text message gets a reply unless a violation closes the socket; broadcasts only make this end sooner.
    const answered = new Promise<void>((resolve) => {
      const check = () => replies.length >= sent && resolve();
      socket.on('message', (data) => {
        replies.push(String(data));
        check();
      });
      check();
    });
    for (let i = 0; i < sent; i++) socket.send(message(random), { binary: random.happens(0.005) });
    // A busy server may have refused the handshake.
    const { _socket: tcp } = socket as unknown as { _socket: NodeJS.WritableStream | null };
    if (random.happens(0.2)) tcp?.write(oddBytes(random, 400));
    const timer = setTimeout(() => socket.terminate(), PATIENCE_MS);
    await Promise.race([answered, closed]);
    clearTimeout(timer);
    socket.terminate();
    for (const reply of replies) {
      JSON.parse(reply);
      assert.ok(!reply.includes('Internal server error'), reply);
    }
  }),
);
