/** A known difference between an emulator and DynamoDB. The fact is tested anyway and must fail, which keeps this list true. */
export interface Difference {
  target: string;
  fact: string;
  /** What it does instead, and why that is acceptable here. */
  reason: string;
}

export const DIFFERENCES: Difference[] = [
  ...differences('dynoxide', {
    'enabling it twice is rejected':
      'A second UpdateTimeToLive succeeds. The code that creates tables here checks first.',
    'a record’s id has 32 hexadecimal digits':
      'It is the sequence number, unique within a stream. Nothing here reads it.',
    'a sequence number has 21 to 40 digits':
      'They count up from 1. Checkpoints must not assume a length or sort them as text.',
    'a record names its Region': 'awsRegion is "dynoxide". Nothing here reads it.',
    'a put that changes nothing creates no record':
      'It creates a MODIFY. Broadcasts send absolute values, so an extra one is harmless.',
    'an update that changes nothing creates no record':
      'It creates a MODIFY. Broadcasts send absolute values, so an extra one is harmless.',
    'the stream’s ARN contains its table and start time':
      'The label is a number of seconds. Nothing here parses it, and restarts do not change it.',
    'an unknown stream gets ResourceNotFoundException':
      'It looks only at the table’s name in the ARN, so the old ARN of a recreated table reads the new stream. Tables are not recreated here.',
  }),
  ...differences('DynamoDB Local', {
    'rejects two actions on one item':
      'It cancels the transaction instead of rejecting the request. Either way nothing is written.',
    'an action that fails is named in the reasons':
      'It answers ValidationException without reasons. Either way nothing is written.',
    'a transaction consumes two units per item':
      'With several tables its figures are wrong. The cost estimates do not use it.',
    'a record’s id has 32 hexadecimal digits': 'It has dashes.',
    'a record names its Region': 'awsRegion is "ddblocal".',
  }),
];

function differences(target: string, reasons: Record<string, string>): Difference[] {
  return Object.entries(reasons).map(([fact, reason]) => ({ target, fact, reason }));
}
