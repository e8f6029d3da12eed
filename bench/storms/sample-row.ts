/** Made-up figures of a storm, for tests. */
import { dollarsPerMillion, NOTHING } from '../prices.ts';
import type { StormRow } from './index.ts';
import type { Metered } from './meter.ts';
import type { DesignResult } from './storm.ts';

const REPEATS = 5;
const seen = { samples: 10, p50: 20, p99: 40, max: 50, unseen: 0 };
const lone = { repeats: REPEATS, seen, seenByAllMs: 50, openMs: 10 };

const operation = (unitsEach: number, calls = REPEATS) => ({ calls, refused: 0, units: unitsEach * calls });
const used = (invocations: number, gbSeconds: number) => ({ invocations, failed: 0, gbSeconds, ms: 1 });
const posts = (delivered: number) => ({ delivered, gone: 0, refused: 0 });

function meteredOurs(viewers: number): Metered {
  return {
    posts: posts(REPEATS * viewers),
    functions: { updater: used(3 * REPEATS, 0), broadcaster: used(REPEATS, 0) },
    cpuMs: 1,
    dynamodb: {
      updater: {
        TransactWriteItems: operation(6),
        DeleteItem: operation(1),
        GetItem: operation(0.5),
        BatchGetItem: operation(2.5, 2 * REPEATS),
      },
      broadcaster: {
        BatchGetItem: operation(9),
        Scan: operation(viewers / 100),
        PutItem: operation(1),
        UpdateItem: operation(1),
      },
    },
    readUnits: 0,
    writeUnits: 0,
  };
}

function meteredFirst(viewers: number): Metered {
  return {
    posts: posts(REPEATS * viewers),
    functions: { updater: used(2 * REPEATS, 0), broadcaster: used(REPEATS, 0) },
    cpuMs: 1,
    dynamodb: {
      updater: { PutItem: operation(1), UpdateItem: operation(1), DeleteItem: operation(1) },
      broadcaster: { Scan: operation(viewers / 200) },
    },
    readUnits: 0,
    writeUnits: 0,
  };
}

function design(metered: Metered, stormPosts: number, dollars: number): DesignResult {
  return {
    lone: { ...lone, metered, dollars: dollarsPerMillion(NOTHING, 1) },
    storm: {
      visits: 1_000,
      refused: 0,
      seen,
      agreedMs: 9_000,
      undeliveredPosts: 0,
      metered: { ...metered, posts: posts(stormPosts) },
      dollars: { ...dollarsPerMillion(NOTHING, 1), total: dollars },
    },
  };
}

/** Our design posts three times to each page, the first design 1,000 times. Reading a row takes 1 % of a unit. */
export function stormRow(viewers: number): StormRow {
  return {
    plan: { viewers, rate: 200, seconds: 5, loneRepeats: REPEATS, patienceMs: 1 },
    ours: design(meteredOurs(viewers), 3 * viewers, 12),
    firstDesign: design(meteredFirst(viewers), 1_000 * viewers, 5 + viewers),
    plain: { lone, storm: { visits: 1_000, messages: 1_000 * viewers, seen, agreedMs: 5_000 } },
  };
}
