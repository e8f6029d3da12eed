/** Exactly once: whatever happens to a handshake, an accepted visit is counted, and never twice. */
import { after, before, describe, test, type TestContext } from 'node:test';
import type { DatabaseFault } from '../../console/lab/faults.ts';
import { startEngine, type Engine } from './env/engine.ts';
import { NO_FAULTS, type Environment, type EnvironmentOptions } from './env/environment.ts';
import { conclude, newEnvironment } from './env/scenario.ts';

let engine: Engine;

interface Storm extends Partial<EnvironmentOptions> {
  visits: number;
  /** Pages that open with each visit's id, at the same time. */
  pagesEach?: number;
  lasts?: number;
  prepare?: (env: Environment) => void;
}

/** Opens all pages simultaneously, and compares the result with the truth after a while. */
async function storm(t: TestContext, scenario: string, { prepare, ...options }: Storm): Promise<void> {
  const { visits, pagesEach = 1, lasts = 20_000 } = options;
  const env = await newEnvironment(t, engine, options);
  prepare?.(env);
  for (let page = 0; page < visits * pagesEach; page++) env.open(`visit-${page % visits}-xxxx`);
  await env.simulation.run(lasts);
  const { handshakes } = env.gateway;
  await conclude(t, env, { scenario, tried: `${handshakes} handshakes of ${visits} visits` });
}

/** Mostly ends `$connect` at its transaction: the first call, or the second after the link was read. */
const commitOf =
  ({ simulation: { random } }: Environment, carriedOut: boolean): Environment['deathOf'] =>
  (route) =>
    route === '$connect' && random.happens(0.6)
      ? { call: random.happens(0.5) ? 1 : 2, carriedOut }
      : undefined;

const database = (rate: number, ...databaseKinds: DatabaseFault[]) => ({
  ...NO_FAULTS,
  database: rate,
  databaseKinds,
});

// An environment mostly waits for the database, so several run at the same time.
describe('visits', { concurrency: 4 }, () => {
  before(async () => {
    engine = await startEngine();
  });
  after(() => engine.close());

  test('handshakes retried because the answer was lost', (t) =>
    storm(t, 'Handshake retried: committed, answer lost', {
      visits: 20,
      lasts: 5_000,
      prepare: (env) => (env.deathOf = commitOf(env, true)),
    }));

  test('Lambda times out before the commit', (t) =>
    storm(t, 'Lambda times out before the commit', {
      visits: 20,
      lasts: 5_000,
      prepare: (env) => (env.deathOf = commitOf(env, false)),
    }));

  test('one visit id in many simultaneous handshakes', (t) =>
    storm(t, 'Duplicate and concurrent visit ids', { visits: 4, pagesEach: 8, counterShards: 4 }));

  test('transactions that cancel each other', (t) =>
    storm(t, 'TransactionConflict storm, one shard', {
      visits: 40,
      counterShards: 1,
      faults: database(0.7, 'conflict'),
    }));

  test('a database that throttles', (t) =>
    storm(t, 'DynamoDB throttled', {
      visits: 20,
      faults: database(0.5, 'throttled', 'exceeded', 'partial'),
    }));

  test('credentials that expire', (t) =>
    storm(t, 'Credentials expire, answers are lost', {
      visits: 20,
      faults: database(0.5, 'expired', 'unanswered'),
    }));

  test('stale reads', (t) =>
    storm(t, 'Reads answered from the past', { visits: 20, pagesEach: 2, faults: database(0.9, 'stale') }));

  test('a database behind a broken network', (t) =>
    storm(t, 'Requests dropped, unanswered, carried out after the timeout', {
      visits: 20,
      faults: database(0.5, 'dropped', 'unanswered', 'late', 'internal'),
    }));

  test('functions that end at random calls', (t) =>
    storm(t, 'Every second invocation ended at a random call', {
      visits: 15,
      faults: { ...NO_FAULTS, deaths: 0.5 },
    }));

  test('30 % faults on every dependency', (t) =>
    storm(t, '30 % faults on every dependency', {
      visits: 30,
      pagesEach: 2,
      counterShards: 4,
      lasts: 40_000,
      faults: {
        database: 0.3,
        posts: 0.3,
        deaths: 0.3,
        lostDisconnects: 0.3,
        batches: ['duplicated', 'reordered', 'bisected', 'replayed'],
      },
    }));
});
