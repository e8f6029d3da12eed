import assert from 'node:assert/strict';
import { test } from 'node:test';
import { totalOf, unitsOf } from './units.ts';

test('adds up the units of an answer, and of every table in a transaction', () => {
  assert.equal(unitsOf('Scan', {}, { ConsumedCapacity: { CapacityUnits: 2.5 } }).units, 2.5);
  const two = [{ CapacityUnits: 4 }, { CapacityUnits: 2 }];
  assert.equal(unitsOf('TransactWriteItems', {}, { ConsumedCapacity: two }).units, 6);
});

test('a failed condition is billed too', () => {
  const cancelled = { __type: 'com.amazonaws.dynamodb.v20120810#TransactionCanceledException' };
  assert.deepEqual(unitsOf('TransactWriteItems', { TransactItems: [{}, {}, {}] }, cancelled), {
    units: 6,
    refused: true,
  });
  const failed = { __type: 'com.amazonaws.dynamodb.v20120810#ConditionalCheckFailedException' };
  assert.deepEqual(unitsOf('PutItem', {}, failed), { units: 1, refused: true });
});

test('reads and writes are summed separately', () => {
  const operation = (units: number) => ({ calls: 1, refused: 0, units });
  const units = {
    Scan: operation(3),
    GetItem: operation(0.5),
    PutItem: operation(1),
    DescribeTable: operation(9),
  };
  assert.deepEqual(totalOf(units), { readUnits: 3.5, writeUnits: 1 });
});
