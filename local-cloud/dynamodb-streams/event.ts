import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import type { _Record as StreamRecord } from '@aws-sdk/client-dynamodb-streams';
import type { AttributeValue as EventAttributeValue, DynamoDBRecord } from 'aws-lambda';

export type EventRecord = DynamoDBRecord & { dynamodb: NonNullable<DynamoDBRecord['dynamodb']> };

type Image = Record<string, AttributeValue>;

/** Converts a record of the Streams API to the shape that a function receives: times in seconds, binaries in base64. */
export function toEventRecord(record: StreamRecord, streamArn: string): EventRecord {
  const change = record.dynamodb;
  const identity = record.userIdentity;
  return omitUndefined({
    eventID: record.eventID,
    eventName: record.eventName,
    eventVersion: record.eventVersion,
    eventSource: record.eventSource,
    awsRegion: record.awsRegion,
    dynamodb: omitUndefined({
      ApproximateCreationDateTime: change?.ApproximateCreationDateTime
        ? change.ApproximateCreationDateTime.getTime() / 1000
        : undefined,
      Keys: toImage(change?.Keys as Image | undefined),
      NewImage: toImage(change?.NewImage as Image | undefined),
      OldImage: toImage(change?.OldImage as Image | undefined),
      SequenceNumber: change?.SequenceNumber,
      SizeBytes: change?.SizeBytes,
      StreamViewType: change?.StreamViewType,
    }),
    // Set for deletions by TTL, which the service makes itself.
    userIdentity: identity && { principalId: identity.PrincipalId, type: identity.Type },
    eventSourceARN: streamArn,
  }) as unknown as EventRecord;
}

/** Milliseconds since 1970, to the second. */
export function createdAt(record: EventRecord): number {
  return (record.dynamodb.ApproximateCreationDateTime ?? 0) * 1000;
}

export function sequenceNumber(record: EventRecord): string {
  return record.dynamodb.SequenceNumber ?? '';
}

function toImage(image: Image | undefined): Record<string, EventAttributeValue> | undefined {
  if (!image) return undefined;
  return Object.fromEntries(Object.entries(image).map(([name, value]) => [name, toAttributeValue(value)]));
}

function toAttributeValue(value: AttributeValue): EventAttributeValue {
  if (value.B !== undefined) return { B: base64(value.B) };
  if (value.BS !== undefined) return { BS: value.BS.map(base64) };
  if (value.L !== undefined) return { L: value.L.map(toAttributeValue) };
  if (value.M !== undefined) return { M: toImage(value.M)! };
  return value as EventAttributeValue;
}

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64');
}

function omitUndefined(value: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(value).filter(([, entry]) => entry !== undefined));
}
