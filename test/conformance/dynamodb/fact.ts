import assert, { AssertionError } from 'node:assert/strict';
import { describe, test } from 'node:test';
import { DIFFERENCES } from './differences.ts';
import { tablesOn, type Tables, type Target } from './target.ts';

/** Tests one fact about DynamoDB with its own tables. */
export type Fact = (name: string, verify: (tables: Tables) => Promise<void>) => void;

/** The names of all facts. */
export const FACTS = new Set<string>();

/** Java needs time to warm up. */
const TIMEOUT_MS = 30_000;

/** A chapter of the suite, to be run against a target. */
export function chapter(title: string, define: (fact: Fact) => void): (target: () => Target) => void {
  return (target) => {
    describe(title, () => {
      define((name, verify) => {
        FACTS.add(name);
        test(name, { timeout: TIMEOUT_MS }, async (context) => {
          const tables = tablesOn(target());
          const difference = DIFFERENCES.find(
            ({ target: where, fact }) => where === target().name && fact === name,
          );
          try {
            if (!difference) return await verify(tables);
            context.diagnostic(`differs: ${difference.reason}`);
            await assert.rejects(
              verify(tables),
              AssertionError,
              'The difference is gone. Remove it from differences.ts.',
            );
          } finally {
            tables.close();
          }
        });
      });
    });
  };
}
