import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createFailureRecord } from './failure-record.ts';
import { eventRecords } from './testing/event-records.ts';

const SOURCE = {
  shardId: 'shardId-00000001573689847184-864758bb',
  streamArn: 'arn:aws:dynamodb:us-east-2:123456789012:table/VisitorCount/stream/2026-11-14T00:04:06.388',
  functionName: 'broadcaster',
  now: Date.UTC(2026, 10, 14, 0, 13, 49, 717),
};

test('a batch that was given up is described as AWS does', () => {
  const records = eventRecords(['a', 'b'], Date.UTC(2026, 10, 14, 0, 13, 19));

  const record = createFailureRecord(
    {
      records,
      condition: 'RetryAttemptsExhausted',
      invokeCount: 3,
      lastResult: {
        requestId: 'request-3',
        durationMs: 1,
        functionError: { errorType: 'Error', errorMessage: '' },
      },
    },
    SOURCE,
  );

  assert.deepEqual(record, {
    requestContext: {
      requestId: 'request-3',
      functionArn: 'arn:aws:lambda:us-east-2:123456789012:function:broadcaster',
      condition: 'RetryAttemptsExhausted',
      approximateInvokeCount: 3,
    },
    responseContext: { statusCode: 200, executedVersion: '$LATEST', functionError: 'Unhandled' },
    version: '1.0',
    timestamp: '2026-11-14T00:13:49.717Z',
    DDBStreamBatchInfo: {
      shardId: SOURCE.shardId,
      startSequenceNumber: '1',
      endSequenceNumber: '2',
      approximateArrivalOfFirstRecord: '2026-11-14T00:13:19.000Z',
      approximateArrivalOfLastRecord: '2026-11-14T00:13:20.000Z',
      batchSize: 2,
      streamArn: SOURCE.streamArn,
    },
  });
});

test('records that were too old for a first attempt have no response', () => {
  const record = createFailureRecord(
    {
      records: eventRecords(['a']),
      condition: 'MaximumRecordAgeExceeded',
      invokeCount: 0,
      lastResult: undefined,
    },
    SOURCE,
  );

  assert.equal(record.responseContext, null);
  assert.equal(record.requestContext.approximateInvokeCount, 0);
});
