/**
 * The part of DynamoDB that this project stands on, fact by fact, against the engine of `npm start` and against AWS's own DynamoDB
 * Local: where the two agree, so most likely does AWS.
 */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { capacity } from './capacity.ts';
import { DIFFERENCES } from './differences.ts';
import { findDynamoDBLocal, startDynamoDBLocal } from './dynamodb-local-target.ts';
import { startDynoxide } from './dynoxide-target.ts';
import { STATED } from './fact.ts';
import { reads } from './reads.ts';
import { streamReading } from './stream-reading.ts';
import { streamRecords } from './stream-records.ts';
import type { Target } from './target.ts';
import { timeToLive } from './time-to-live.ts';
import { transactions } from './transactions.ts';
import { writes } from './writes.ts';

const CHAPTERS = [writes, transactions, reads, capacity, timeToLive, streamRecords, streamReading];
const local = await findDynamoDBLocal();

suite('dynoxide', startDynoxide, false);
suite(
  'DynamoDB Local',
  () => startDynamoDBLocal('folder' in local ? local.folder : ''),
  'missing' in local && local.missing,
);

test('every known difference is about a fact that is stated', () => {
  assert.deepEqual(
    DIFFERENCES.map(({ fact }) => fact).filter((fact) => !STATED.has(fact)),
    [],
  );
});

function suite(name: string, start: () => Promise<Target>, skip: string | false): void {
  describe(name, { skip }, () => {
    let target: Target | undefined;
    before(async () => {
      target = await start();
    });
    after(() => target?.stop());
    const running = (): Target => {
      if (!target) throw new Error(`${name} has not started.`);
      return target;
    };
    for (const state of CHAPTERS) state(running);
  });
}
