import assert, { AssertionError } from 'node:assert/strict';
import { describe, test } from 'node:test';
import { DIFFERENCES } from './differences.ts';
import { tablesOn, type Tables, type Target } from './target.ts';

/** States one fact about DynamoDB as a test with tables of its own. */
export type Fact = (name: string, show: (tables: Tables) => Promise<void>) => void;

/** Names of all facts stated so far. */
export const STATED = new Set<string>();

/** Long enough for a Java machine that warms up; milliseconds. */
const TIMEOUT = 30_000;

/** A chapter of the suite, stated for one target. */
export function chapter(title: string, state: (fact: Fact) => void): (target: () => Target) => void {
  return (target) => {
    describe(title, () => {
      state((name, show) => {
        STATED.add(name);
        test(name, { timeout: TIMEOUT }, async (context) => {
          const tables = tablesOn(target());
          const difference = DIFFERENCES.find(
            ({ target: where, fact }) => where === target().name && fact === name,
          );
          try {
            if (!difference) return await show(tables);
            context.diagnostic(`differs: ${difference.reason}`);
            await assert.rejects(
              show(tables),
              AssertionError,
              'the difference is gone: take it out of differences.ts',
            );
          } finally {
            tables.close();
          }
        });
      });
    });
  };
}
