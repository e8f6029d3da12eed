/** A known difference between an emulator and DynamoDB. The fact is tested anyway and must fail, which keeps this list true. */
export interface Difference {
  target: string;
  fact: string;
  /** What it does instead, and why that is acceptable here. */
  reason: string;
}

const HARMLESS = 'It creates a MODIFY. Broadcasts send absolute values, so an extra one is harmless.';

export const DIFFERENCES: Difference[] = [
  {
    target: 'dynoxide',
    fact: 'a sequence number has 21 to 40 digits',
    reason: 'They count up from 1. Checkpoints must not assume a length or sort them as text.',
  },
  { target: 'dynoxide', fact: 'a put that changes nothing creates no record', reason: HARMLESS },
  { target: 'dynoxide', fact: 'an update that changes nothing creates no record', reason: HARMLESS },
  {
    target: 'DynamoDB Local',
    fact: 'a transaction consumes two units per item',
    reason: 'With several tables its figures are wrong. The cost estimates do not use it.',
  },
];
