import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { SEED } from '../../test/support/seed.ts';
import { FrameSizeMeter } from './frame-size.ts';

/** A client's frame: header, mask and payload. */
function frame(payload: number, masked = true): Buffer {
  const maskBit = masked ? 0x80 : 0;
  const mask = Buffer.alloc(masked ? 4 : 0, 7);
  let header: Buffer;
  if (payload < 126) header = Buffer.from([0x81, maskBit | payload]);
  else if (payload < 65_536) header = Buffer.from([0x81, maskBit | 126, payload >> 8, payload & 255]);
  else {
    header = Buffer.alloc(10);
    header.set([0x81, maskBit | 127]);
    header.writeBigUInt64BE(BigInt(payload), 2);
  }
  // 0xff looks like a frame header to a meter that has lost its place.
  return Buffer.concat([header, mask, Buffer.alloc(payload, 0xff)]);
}

test('accepts a frame at the limit and rejects one byte more', () => {
  for (const limit of [10, 125, 126, 1000, 65_535, 65_536, 70_000]) {
    assert.equal(new FrameSizeMeter(limit).exceeds(frame(limit)), false, `limit ${limit}`);
    assert.equal(new FrameSizeMeter(limit).exceeds(frame(limit + 1)), true, `limit ${limit}`);
  }
});

test('measures unmasked frames too', () => {
  assert.equal(new FrameSizeMeter(10).exceeds(Buffer.concat([frame(3, false), frame(11, false)])), true);
});

test('needs only the header of a large frame', () => {
  assert.equal(new FrameSizeMeter(1000).exceeds(frame(100_000).subarray(0, 10)), true);
});

test('finds exactly the large frames, however the stream is split into chunks', () => {
  const sizes = fc.array(fc.integer({ min: 0, max: 400 }), { maxLength: 12 });
  const chunks = fc.array(fc.integer({ min: 1, max: 300 }), { minLength: 1, maxLength: 20 });
  fc.assert(
    fc.property(sizes, chunks, fc.integer({ min: 100, max: 300 }), (payloads, lengths, limit) => {
      const stream = Buffer.concat(payloads.map((size) => frame(size)));
      const meter = new FrameSizeMeter(limit);
      let exceeded = false;
      for (let offset = 0, i = 0; offset < stream.length && !exceeded; i += 1) {
        const length = lengths[i % lengths.length] as number;
        exceeded = meter.exceeds(stream.subarray(offset, offset + length));
        offset += length;
      }
      assert.equal(
        exceeded,
        payloads.some((size) => size > limit),
      );
    }),
    { seed: SEED },
  );
});
