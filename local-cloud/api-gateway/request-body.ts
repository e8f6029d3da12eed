import { createHash } from 'node:crypto';
import type { IncomingMessage } from 'node:http';

export interface RequestBody {
  /** `undefined` when there was more than the limit. */
  data: Buffer | undefined;
  /** SHA-256 of all of it, in hexadecimal: a signature can be checked even for a body that is too large. */
  sha256: string;
}

/** What is never read, however patient we are with a body that is too large: API Gateway's limit on an HTTP request. */
const HARD_LIMIT = 10 * 1024 * 1024;
const NO_BYTES = Buffer.alloc(0);
const NO_BYTES_SHA256 = createHash('sha256').digest('hex');

/**
 * Reads a body and keeps at most `limit` bytes of it. The rest is read and thrown away, because a client that is still sending
 * would not see the answer. Rejects when the client goes away or sends more than 10 MB.
 */
export function readBody(request: IncomingMessage, limit: number): Promise<RequestBody> {
  const { promise, resolve, reject } = deferred<RequestBody>();
  const chunks: Buffer[] = [];
  const hash = createHash('sha256');
  let size = 0;
  request.on('data', (chunk: Buffer) => {
    size += chunk.length;
    if (size > HARD_LIMIT) return void request.destroy(new Error('Request body larger than 10 MB.'));
    hash.update(chunk);
    if (size <= limit) chunks.push(chunk);
    else chunks.length = 0;
  });
  request.on('end', () => {
    if (size === 0) resolve({ data: NO_BYTES, sha256: NO_BYTES_SHA256 });
    else resolve({ data: size <= limit ? Buffer.concat(chunks) : undefined, sha256: hash.digest('hex') });
  });
  request.on('error', reject);
  // Every request closes in the end; an error is worth its stack trace only where something is missing.
  request.on('close', () => {
    if (!request.complete) reject(new Error('The client left before its request was complete.'));
  });
  return promise;
}

function deferred<T>() {
  let resolve!: (value: T) => void;
  let reject!: (error: Error) => void;
  const promise = new Promise<T>((onFulfilled, onRejected) => {
    resolve = onFulfilled;
    reject = onRejected;
  });
  return { promise, resolve, reject };
}
