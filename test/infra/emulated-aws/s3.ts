/**
 * S3. moto has one account; here two bucket names belong to another one. moto is never busy; here a new state bucket is, once.
 * moto ignores the conditions of a bucket policy, so "deny plain HTTP" would deny everything: the shim stores policies instead.
 * moto drops the number of newer versions that a lifecycle keeps: the shim returns lifecycles as they were sent.
 */
import { xml, type Patch } from './patch.ts';

/** A bucket that these credentials may not read. Fact: HEAD returns 403. */
export const FORBIDDEN_BUCKET = 'bucket-of-another-account';
/** A bucket that another account creates first. Fact: CreateBucket returns 409. */
export const TAKEN_BUCKET = 'bucket-that-is-taken';
/** A bucket that was deleted a moment ago. Fact: CreateBucket returns 409. */
export const DELETED_BUCKET = 'bucket-that-was-deleted';

const BUSY = '<Error><Code>OperationAborted</Code><Message>Please try again.</Message></Error>';

export function s3(): Patch {
  /** State buckets that have rejected a change. */
  const busy = new Set<string>();
  const policies = new Map<string, string>();
  const lifecycles = new Map<string, string>();
  return async ({ method, path, query, body }, forward) => {
    const bucket = path.split('/')[1] ?? '';
    if (bucket === FORBIDDEN_BUCKET) return xml('', 403);
    if (bucket === TAKEN_BUCKET && method === 'PUT')
      return xml('<Error><Code>BucketAlreadyExists</Code><Message>It exists.</Message></Error>', 409);
    if (bucket === DELETED_BUCKET && method === 'PUT') return xml(BUSY, 409);
    // Fact: for some seconds after its creation, a bucket may reject changes.
    if (bucket.includes('-state-') && query.has('versioning') && method === 'PUT' && !busy.has(bucket)) {
      busy.add(bucket);
      return xml(BUSY, 409);
    }
    if (query.has('lifecycle')) {
      if (method === 'PUT') lifecycles.set(bucket, body);
      const answer = await forward();
      const kept = lifecycles.get(bucket);
      return method === 'GET' && answer.status === 200 && kept ? { ...answer, body: kept } : answer;
    }
    if (!query.has('policy')) return undefined;
    if (method === 'PUT') policies.set(bucket, body);
    if (method === 'DELETE') policies.delete(bucket);
    if (method !== 'GET') return xml('', 204);
    const policy = policies.get(bucket);
    if (policy !== undefined)
      return { status: 200, headers: { 'content-type': 'application/json' }, body: policy };
    return xml(
      '<Error><Code>NoSuchBucketPolicy</Code><Message>The bucket policy does not exist</Message></Error>',
      404,
    );
  };
}
