import assert from 'node:assert/strict';
import { test } from 'node:test';
import { totalOf, unitsOf } from './units.ts';

test('adds up the units of an answer, and of every table in a transaction', () => {
  assert.equal(unitsOf('Scan', {}, { ConsumedCapacity: { CapacityUnits: 2.5 } }), 2.5);
  const two = [{ CapacityUnits: 4 }, { CapacityUnits: 2 }];
  assert.equal(unitsOf('TransactWriteItems', {}, { ConsumedCapacity: two }), 6);
});

test('a failed condition is billed too', () => {
  const cancelled = { __type: 'com.amazonaws.dynamodb.v20120810#TransactionCanceledException' };
  assert.equal(unitsOf('TransactWriteItems', { TransactItems: [{}, {}, {}] }, cancelled), 6);
  const failed = { __type: 'com.amazonaws.dynamodb.v20120810#ConditionalCheckFailedException' };
  assert.equal(unitsOf('PutItem', {}, failed), 1);
});

test('reads and writes are summed separately', () => {
  const operation = (units: number) => ({ calls: 1, units });
  const units = {
    Scan: operation(3),
    GetItem: operation(0.5),
    PutItem: operation(1),
    DescribeTable: operation(9),
  };
  assert.deepEqual(totalOf(units), { readUnits: 3.5, writeUnits: 1 });
});
