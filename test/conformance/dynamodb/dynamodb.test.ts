/** The parts of DynamoDB that this project relies on, fact by fact, against the engine of `npm start` and AWS's DynamoDB Local. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { capacity } from './capacity.ts';
import { DIFFERENCES } from './differences.ts';
import { FACTS } from './fact.ts';
import { reads } from './reads.ts';
import { streamReading } from './stream-reading.ts';
import { streamRecords } from './stream-records.ts';
import type { Target } from './target.ts';
import { findDynamoDBLocal, startDynamoDBLocal, startDynoxide } from './targets.ts';
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

test('every known difference names an existing fact', () => {
  assert.deepEqual(
    DIFFERENCES.map(({ fact }) => fact).filter((fact) => !FACTS.has(fact)),
    [],
  );
});

function suite(name: string, start: () => Promise<Target>, skip: string | false): void {
  describe(name, { skip }, () => {
    let target: Target | undefined;
    before(async () => void (target = await start()));
    after(() => target?.stop());
    for (const chapter of CHAPTERS) chapter(() => target!);
  });
}
