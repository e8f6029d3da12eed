import assert from 'node:assert/strict';
import { test } from 'node:test';
import { totalOf, unitsOf } from './units.ts';

test('an answer names its units, a transaction those of every table', () => {
  assert.equal(unitsOf('Scan', {}, { ConsumedCapacity: { CapacityUnits: 2.5 } }).units, 2.5);
  const two = [{ CapacityUnits: 4 }, { CapacityUnits: 2 }];
  assert.equal(unitsOf('TransactWriteItems', {}, { ConsumedCapacity: two }).units, 6);
});

test('what a condition refused is billed too', () => {
  const cancelled = { __type: 'com.amazonaws.dynamodb.v20120810#TransactionCanceledException' };
  assert.deepEqual(unitsOf('TransactWriteItems', { TransactItems: [{}, {}, {}] }, cancelled), {
    units: 6,
    refused: true,
  });
  const failed = { __type: 'com.amazonaws.dynamodb.v20120810#ConditionalCheckFailedException' };
  assert.deepEqual(unitsOf('PutItem', {}, failed), { units: 1, refused: true });
});

test('reads and writes are summed apart', () => {
  const operation = (units: number) => ({ calls: 1, refused: 0, units });
  const units = {
    Scan: operation(3),
    GetItem: operation(0.5),
    PutItem: operation(1),
    DescribeTable: operation(9),
  };
  assert.deepEqual(totalOf(units), { readUnits: 3.5, writeUnits: 1 });
});
