/**
 * Where a stand-in is known not to behave as DynamoDB does. The fact is tested there all the same, and has to fail: a difference that
 * has gone away is reported, so this table stays true.
 */
export interface Difference {
  target: string;
  fact: string;
  /** What it does instead, and why this project can live with it. */
  reason: string;
}

export const DIFFERENCES: Difference[] = [
  ...differences('dynoxide', {
    'switching it on twice is refused':
      'A second UpdateTimeToLive succeeds. Whoever creates tables here asks first whether it is on.',
    'a record’s id is 32 hexadecimal digits':
      'It is the sequence number. Nothing here reads it; it is unique within a stream.',
    'a sequence number has 21 to 40 digits':
      'They count up from 1. Checkpoints must take them as integers of any length, never as text to be sorted.',
    'a record names its Region': 'awsRegion is "dynoxide". Nothing here reads it.',
    'a put of what is there already leaves no record':
      'It leaves a MODIFY. Broadcasts are absolute values, so a superfluous one is harmless.',
    'an update that changes nothing leaves no record':
      'It leaves a MODIFY. Broadcasts are absolute values, so a superfluous one is harmless.',
    'the stream’s ARN names its table and when it began':
      'The label is a number of seconds. Nothing here parses it; it stays the same over restarts.',
    'an unknown stream is refused by name':
      'Only the table’s name in the ARN counts, so a deleted and re-created table’s old ARN reads the new stream. Tables are not re-created here.',
  }),
  ...differences('DynamoDB Local', {
    'an item may stand in it once':
      'It cancels the transaction instead of refusing the request. Either way nothing is written.',
    'an action that cannot be carried out is named among the reasons':
      'It answers ValidationException without reasons. Either way nothing is written.',
    'a transaction takes two for each item':
      'With several tables it names the wrong figures. Costs are not estimated from it.',
    'a record’s id is 32 hexadecimal digits': 'It has dashes.',
    'a record names its Region': 'awsRegion is "ddblocal".',
  }),
];

function differences(target: string, reasons: Record<string, string>): Difference[] {
  return Object.entries(reasons).map(([fact, reason]) => ({ target, fact, reason }));
}
