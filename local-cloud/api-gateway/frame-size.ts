/**
 * Reads only the headers of the frames in a client's byte stream, to enforce API Gateway's limit on a single frame:
 * `ws` limits whole messages and does not show where one frame ends and the next begins.
 */
export class FrameSizeMeter {
  readonly #limit: number;
  /** Bytes of the current frame's mask and payload that are still to come. */
  #skip = 0;
  /** Bytes of a header that was cut off by the end of a chunk. */
  #partial: Buffer | undefined;

  /** `limit`: the largest payload of one frame, in bytes. */
  constructor(limit: number) {
    this.#limit = limit;
  }

  /** Takes the next bytes as they came; `true` when a frame begins in them that is larger than the limit. */
  exceeds(chunk: Buffer): boolean {
    let offset = 0;
    let bytes = chunk;
    if (this.#partial) {
      bytes = Buffer.concat([this.#partial, chunk]);
      this.#partial = undefined;
    }
    for (;;) {
      const skipped = Math.min(this.#skip, bytes.length - offset);
      this.#skip -= skipped;
      offset += skipped;
      if (offset === bytes.length) return false;
      const frame = readHeader(bytes, offset);
      if (!frame) {
        this.#partial = bytes.subarray(offset);
        return false;
      }
      if (frame.payload > this.#limit) return true;
      this.#skip = frame.header + frame.payload;
    }
  }
}

/** Length of the header with its mask, and of the payload; `undefined` when not all of it is there yet. */
function readHeader(bytes: Buffer, offset: number): { header: number; payload: number } | undefined {
  if (bytes.length - offset < 2) return undefined;
  const second = bytes.readUInt8(offset + 1);
  const mask = second & 0x80 ? 4 : 0;
  const short = second & 0x7f;
  if (short < 126) return { header: 2 + mask, payload: short };
  if (short === 126) {
    if (bytes.length - offset < 4) return undefined;
    return { header: 4 + mask, payload: bytes.readUInt16BE(offset + 2) };
  }
  if (bytes.length - offset < 10) return undefined;
  return { header: 10 + mask, payload: Number(bytes.readBigUInt64BE(offset + 2)) };
}
