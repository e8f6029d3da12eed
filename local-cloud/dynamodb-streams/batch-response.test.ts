import assert from 'node:assert/strict';
import { test } from 'node:test';
import { firstFailure } from './batch-response.ts';
import { eventRecords } from './testing/event-records.ts';

const RECORDS = eventRecords(['a', 'b', 'c']);
const SUCCESS = 3;
const cases: { name: string; response: unknown; first: number }[] = [
  { name: 'nothing', response: undefined, first: SUCCESS },
  { name: 'null', response: null, first: SUCCESS },
  { name: 'an empty object', response: {}, first: SUCCESS },
  { name: 'no list', response: { batchItemFailures: null }, first: SUCCESS },
  { name: 'an empty list', response: { batchItemFailures: [] }, first: SUCCESS },
  { name: 'one record', response: { batchItemFailures: [{ itemIdentifier: '3' }] }, first: 2 },
  {
    name: 'two records in any order',
    response: { batchItemFailures: [{ itemIdentifier: '3' }, { itemIdentifier: '2' }] },
    first: 1,
  },
  { name: 'an empty identifier', response: { batchItemFailures: [{ itemIdentifier: '' }] }, first: 0 },
  { name: 'a null identifier', response: { batchItemFailures: [{ itemIdentifier: null }] }, first: 0 },
  { name: 'a wrong key', response: { batchItemFailures: [{ id: '3' }] }, first: 0 },
  { name: 'an unknown record', response: { batchItemFailures: [{ itemIdentifier: '99' }] }, first: 0 },
  { name: 'no record', response: { batchItemFailures: [null] }, first: 0 },
  { name: 'a list that is none', response: { batchItemFailures: 'all' }, first: 0 },
];
for (const { name, response, first } of cases) {
  test(`${name}: ${first === SUCCESS ? 'success' : `retried from record ${first + 1}`}`, () => {
    assert.equal(firstFailure(response, RECORDS), first);
  });
}
