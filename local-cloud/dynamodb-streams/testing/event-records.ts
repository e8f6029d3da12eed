import type { EventRecord } from '../event.ts';

/** Records as a shard delivers them, made a second apart; item `a` has sequence number 1, and so on. */
export function eventRecords(ids: string[], firstCreatedAt = 0): EventRecord[] {
  return ids.map((id, index) => ({
    eventID: String(index + 1),
    eventName: 'MODIFY',
    dynamodb: {
      ApproximateCreationDateTime: firstCreatedAt / 1000 + index,
      Keys: { id: { S: id } },
      SequenceNumber: String(index + 1),
    },
  }));
}
