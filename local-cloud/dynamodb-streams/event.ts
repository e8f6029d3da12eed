import type { _Record as StreamRecord } from '@aws-sdk/client-dynamodb-streams';
import type { DynamoDBRecord } from 'aws-lambda';

export type EventRecord = DynamoDBRecord & { dynamodb: NonNullable<DynamoDBRecord['dynamodb']> };

/** Converts a record of the Streams API to the shape that a function receives. */
export function toEventRecord({ userIdentity, ...record }: StreamRecord, streamArn: string): EventRecord {
  return toJson({
    ...record,
    // Set for deletions by TTL, which the service makes itself.
    userIdentity: userIdentity && { principalId: userIdentity.PrincipalId, type: userIdentity.Type },
    eventSourceARN: streamArn,
  }) as EventRecord;
}

/** Times in seconds, binaries in base64, nothing undefined. */
function toJson(value: unknown): unknown {
  if (value instanceof Date) return value.getTime() / 1000;
  if (value instanceof Uint8Array) return Buffer.from(value).toString('base64');
  if (Array.isArray(value)) return value.map(toJson);
  if (typeof value !== 'object' || value === null) return value;
  const defined = Object.entries(value).filter(([, entry]) => entry !== undefined);
  return Object.fromEntries(defined.map(([name, entry]) => [name, toJson(entry)]));
}

/** Milliseconds since 1970, to the second. */
export function createdAt(record: EventRecord): number {
  return (record.dynamodb.ApproximateCreationDateTime ?? 0) * 1000;
}

export function sequenceNumber(record: EventRecord): string {
  return record.dynamodb.SequenceNumber ?? '';
}
