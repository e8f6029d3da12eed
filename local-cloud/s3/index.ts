/**
 * The part of S3 that the broadcaster uses: conditional writes of small objects, kept in one file. The edge serves them from memory.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html
 */
import { createHash } from 'node:crypto';
import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import type { IncomingMessage } from 'node:http';
import type { Verify } from '../signature.ts';
import { createSignedServer, errorAnswer, type Answer, type SignedServer } from '../signed-server.ts';

export interface StoredObject {
  body: string;
  /** `content-type`, `cache-control`, `etag`, `last-modified` and `x-amz-meta-…`. */
  headers: Record<string, string>;
}

export interface ObjectStore extends SignedServer {
  get(key: string): StoredObject | undefined;
}

export interface ObjectStoreOptions {
  verify: Verify;
  /** Where the objects are kept. */
  file: string;
  /** Milliseconds since 1970. */
  now: () => number;
}

const MAX_BYTES = 100_000;
/** `/<bucket>/<key>` */
const PATH = /^\/[a-z0-9-]{3,63}\/([\w.-]{1,100})$/;
const KEPT_HEADER = /^(?:content-type|cache-control|x-amz-meta-.+)$/;

export function createObjectStore({ verify, file, now }: ObjectStoreOptions): ObjectStore {
  const objects = readObjects(file);
  const answer = (request: IncomingMessage, body: Buffer | undefined): Answer => {
    const key = PATH.exec(request.url ?? '')?.[1];
    if (key === undefined || body === undefined) return errorAnswer(400, 'Not supported.', 'InvalidRequest');
    const stored = objects.get(key);
    // As for a role that may not list the bucket.
    if (request.method === 'GET')
      return stored ? { statusCode: 200, ...stored } : errorAnswer(403, 'Access Denied', 'AccessDenied');
    if (request.method !== 'PUT') return errorAnswer(405, 'Not supported.', 'MethodNotAllowed');
    const { 'if-match': match, 'if-none-match': noneMatch } = request.headers;
    const isRefused = noneMatch === '*' ? stored : match !== undefined && match !== stored?.headers['etag'];
    if (isRefused)
      return errorAnswer(412, 'At least one of the conditions did not hold.', 'PreconditionFailed');
    const etag = `"${createHash('md5').update(body).digest('hex')}"`;
    const kept = Object.entries(request.headers).filter(([name]) => KEPT_HEADER.test(name));
    const headers = { ...Object.fromEntries(kept), etag, 'last-modified': new Date(now()).toUTCString() };
    objects.set(key, { body: body.toString(), headers });
    writeFileSync(`${file}.new`, JSON.stringify([...objects]));
    renameSync(`${file}.new`, file);
    return { statusCode: 200, headers: { etag } };
  };
  return {
    ...createSignedServer({ verify, maxBodyBytes: MAX_BYTES, answer }),
    get: (key) => objects.get(key),
  };
}

/** A missing or damaged file is empty: the next broadcast writes it again. */
function readObjects(file: string): Map<string, StoredObject> {
  try {
    return new Map(JSON.parse(readFileSync(file, 'utf8')) as [string, StoredObject][]);
  } catch {
    return new Map();
  }
}
