/** Counted links: what links add to the exactly-once count. The other scenarios count through links as well. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import fc from 'fast-check';
import { putLink, removeLink, type Link } from '../../cli/count/links.ts';
import { readStatistics } from '../../cli/count/statistics.ts';
import type { SdkDatabase } from '../../functions/shared/sdk-database.ts';
import { VISIT_MEMORY_SECONDS } from '../../contract/visit.ts';
import { readTotals } from '../../functions/shared/counter.ts';
import type { DynamoDB } from '../../functions/shared/dynamodb.ts';
import { accept } from '../../functions/updater/count-visit.ts';
import { SEED } from '../support/seed.ts';
import { freshDatabase, startEngine, type Engine } from './env/engine.ts';
import { NO_FAULTS } from './env/environment.ts';
import { seededRandom } from '../../console/lab/random.ts';
import { arrivals, conclude, newEnvironment } from './env/scenario.ts';

const START = Date.UTC(2026, 10, 26, 14);
let engine: Engine;
before(async () => {
  engine = await startEngine();
});
after(() => engine.close());

const link = (id: string): Link => ({ id, label: id, createdAt: START, visits: 0 });
const { next: random } = seededRandom(SEED);
const context = (model: Model) => ({ now: () => model.now, random, sleep: async () => {} });

describe('scenarios', { concurrency: 3 }, () => {
  test('a link removed while pages open', async (t) => {
    const env = await newEnvironment(t, engine, { faults: { ...NO_FAULTS, database: 0.2, deaths: 0.2 } });
    const [removed] = env.links;
    await arrivals(env, 15, 5_000);
    await removeLink(env.database, removed!);
    await arrivals(env, 15, 5_000);
    await conclude(t, env, { scenario: 'Link removed in mid-traffic', tried: '30 visits through two links' });
    assert.deepEqual(
      (await readStatistics(env.database, env.simulation.now())).links.map(({ id }) => id),
      env.links.slice(1),
      'no visit created it again',
    );
  });

  test('every first visit is reported once', async (t) => {
    const batches = ['duplicated', 'reordered', 'bisected', 'replayed'] as const;
    const env = await newEnvironment(t, engine, { links: 6, faults: { ...NO_FAULTS, batches } });
    await arrivals(env, 28, 8_000);
    const tried = '28 visits through six links; batches duplicated, reordered, bisected, replayed';
    await conclude(t, env, { scenario: 'First visits reported', tried });
    assert.equal(env.mails.length, 6);
  });

  test('an updater whose clock is 20 minutes off writes the right times', async (t) => {
    const env = await newEnvironment(t, engine, { links: 1, updaterSkewMs: 20 * 60_000 });
    const startAt = env.simulation.now();
    await arrivals(env, 10, 10_000);
    const endAt = env.simulation.now();
    const [{ firstVisitAt = 0, lastVisitAt = 0 } = {}] = (
      await readStatistics(env.database, env.simulation.now())
    ).links;
    assert.ok(startAt - 1_000 <= firstVisitAt && firstVisitAt < lastVisitAt && lastVisitAt <= endAt + 1_000);
  });
});

// --- property: whatever happens in whatever order, counter and links are those of a simple model ---

type Step =
  | { does: 'visit'; visit: number; link: number; as: 'visit' | 'own' | 'bot'; isAnswerLost: boolean }
  | { does: 'create'; link: number }
  | { does: 'remove'; link: number }
  | { does: 'wait' };

const LINKS = ['first-aaaaaaaa', 'second-bbbbbbbb', 'third-cccccccc'];
const among = (size: number) => fc.nat({ max: size - 1 });
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      does: fc.constant('visit' as const),
      visit: among(3),
      link: among(LINKS.length + 1),
      as: fc.constantFrom('visit' as const, 'visit' as const, 'own' as const, 'bot' as const),
      isAnswerLost: fc.boolean(),
    }),
  },
  { weight: 2, arbitrary: fc.record({ does: fc.constant('create' as const), link: among(LINKS.length) }) },
  { weight: 1, arbitrary: fc.record({ does: fc.constant('remove' as const), link: among(LINKS.length) }) },
  { weight: 1, arbitrary: fc.record({ does: fc.constant('wait' as const) }) },
);

class Model {
  now = START;
  readonly totals = { count: 0, own: 0 };
  readonly links = new Map<string, number>();
  readonly #markers = new Map<number, { until: number; link: string | undefined }>();

  visit(number: number, linkId: string | undefined, as: 'visit' | 'own' | 'bot'): void {
    if (as === 'bot') return;
    const until = this.now + VISIT_MEMORY_SECONDS * 1_000;
    const found = this.#markers.get(number);
    const known = found && found.until > this.now ? found : undefined;
    if (!known) this.totals[as === 'own' ? 'own' : 'count']++;
    let belongs = known?.link;
    if (as === 'visit' && belongs === undefined && linkId !== undefined && this.links.has(linkId)) {
      belongs = linkId;
      this.links.set(linkId, this.links.get(linkId)! + 1);
    }
    this.#markers.set(number, { until, link: belongs });
  }
}

/** Commits the first transaction and loses its answer, as a crash does. */
function losing(database: SdkDatabase): SdkDatabase {
  const send: DynamoDB['send'] = async (operation, input) => {
    const output = await database.dynamodb.send(operation, input);
    if (operation === 'TransactWriteItems') throw new Error('The answer is lost.');
    return output;
  };
  return { ...database, dynamodb: { send } };
}

async function take(database: SdkDatabase, model: Model, next: Step, connection: number): Promise<void> {
  switch (next.does) {
    case 'wait':
      model.now += 16 * 3_600_000;
      return;
    case 'create': {
      const id = LINKS[next.link]!;
      if (model.links.has(id)) return;
      model.links.set(id, 0);
      return putLink(database, link(id));
    }
    case 'remove': {
      const id = LINKS[next.link]!;
      assert.equal(await removeLink(database, id), model.links.delete(id));
      return;
    }
    case 'visit': {
      const linkId = LINKS[next.link];
      const visitId = `visit-${next.visit}-xxxx`;
      const page = { connectionId: `connection-${connection}`, kind: 'page', visitId, linkId } as const;
      const visit = { ...page, countsAs: next.as };
      if (next.isAnswerLost) await accept(losing(database), visit, context(model)).catch(() => {});
      // The page tries again.
      await accept(database, visit, context(model));
      model.visit(next.visit, linkId, next.as);
    }
  }
}

test('links and counter agree with a model, in any order of visits, lost answers, creations and removals', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 25 }), async (steps) => {
      const database = await freshDatabase(engine, 2);
      const model = new Model();
      for (const [connection, next] of steps.entries()) await take(database, model, next, connection);
      const { count, own } = await readTotals(database);
      assert.deepEqual({ count, own }, model.totals);
      const { links } = await readStatistics(database, model.now);
      assert.deepEqual(
        new Map(links.map(({ id, visits }) => [id, visits])),
        new Map([...model.links].sort()),
      );
    }),
    { seed: SEED, numRuns: 40 },
  );
});
