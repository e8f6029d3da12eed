/**
 * Enforces API Gateway's limit on a single frame by reading the frame headers in a client's byte stream:
 * `ws` limits whole messages only and does not expose frames.
 */
export class FrameSizeMeter {
  readonly #limit: number;
  /** Bytes of the current frame that have not arrived yet. */
  #skip = 0;
  /** A header that continues in the next chunk. */
  #partial: Buffer | undefined;

  /** @param limit largest payload of one frame, in bytes */
  constructor(limit: number) {
    this.#limit = limit;
  }

  /** Takes the next bytes; `true` when a frame larger than the limit begins in them. */
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

/** Length of the header, mask included, and of the payload; `undefined` until the whole header has arrived. */
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
