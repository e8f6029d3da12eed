import type { InvocationResult } from '../lambda/invocation.ts';
import { createdAt, sequenceNumber, type EventRecord } from './event.ts';

/** What AWS sends to a mapping's on-failure destination about a batch that it gave up on. */
export interface FailureRecord {
  requestContext: {
    requestId: string;
    functionArn: string;
    condition: 'RetryAttemptsExhausted' | 'MaximumRecordAgeExceeded';
    approximateInvokeCount: number;
  };
  responseContext: { statusCode: number; executedVersion: string; functionError: string } | null;
  version: '1.0';
  /** ISO 8601. */
  timestamp: string;
  DDBStreamBatchInfo: {
    shardId: string;
    startSequenceNumber: string;
    endSequenceNumber: string;
    approximateArrivalOfFirstRecord: string;
    approximateArrivalOfLastRecord: string;
    batchSize: number;
    streamArn: string;
  };
}

export interface GivenUpBatch {
  /** At least one. */
  records: EventRecord[];
  condition: FailureRecord['requestContext']['condition'];
  invokeCount: number;
  /** `undefined` when the records were too old before the function was called. */
  lastResult: InvocationResult | undefined;
}

export function createFailureRecord(
  batch: GivenUpBatch,
  source: { shardId: string; streamArn: string; functionName: string; now: number },
): FailureRecord {
  const first = batch.records[0]!;
  const last = batch.records.at(-1)!;
  const [, partition, , region, accountId] = source.streamArn.split(':');
  return {
    requestContext: {
      requestId: batch.lastResult?.requestId ?? '',
      functionArn: `arn:${partition}:lambda:${region}:${accountId}:function:${source.functionName}`,
      condition: batch.condition,
      approximateInvokeCount: batch.invokeCount,
    },
    responseContext: batch.lastResult?.functionError
      ? { statusCode: 200, executedVersion: '$LATEST', functionError: 'Unhandled' }
      : null,
    version: '1.0',
    timestamp: new Date(source.now).toISOString(),
    DDBStreamBatchInfo: {
      shardId: source.shardId,
      startSequenceNumber: sequenceNumber(first),
      endSequenceNumber: sequenceNumber(last),
      approximateArrivalOfFirstRecord: new Date(createdAt(first)).toISOString(),
      approximateArrivalOfLastRecord: new Date(createdAt(last)).toISOString(),
      batchSize: batch.records.length,
      streamArn: source.streamArn,
    },
  };
}
