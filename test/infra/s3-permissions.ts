/** Which IAM permissions S3 calls need. Operations and actions differ in name (S3's user guide, "Required permissions"). */
import type { EmulatedRequest } from './emulated-aws/patch.ts';
import type { NeededPermission } from './permissions.ts';

/** Actions by the query parameter that selects a part of a bucket. */
const PARTS: Record<string, { read: string; write?: string; remove?: string }> = {
  accelerate: { read: 'GetAccelerateConfiguration' },
  acl: { read: 'GetBucketAcl' },
  cors: { read: 'GetBucketCORS' },
  encryption: { read: 'GetEncryptionConfiguration', write: 'PutEncryptionConfiguration' },
  lifecycle: { read: 'GetLifecycleConfiguration', write: 'PutLifecycleConfiguration' },
  logging: { read: 'GetBucketLogging' },
  'object-lock': { read: 'GetBucketObjectLockConfiguration' },
  ownershipControls: { read: 'GetBucketOwnershipControls', write: 'PutBucketOwnershipControls' },
  policy: { read: 'GetBucketPolicy', write: 'PutBucketPolicy', remove: 'DeleteBucketPolicy' },
  publicAccessBlock: { read: 'GetBucketPublicAccessBlock', write: 'PutBucketPublicAccessBlock' },
  replication: { read: 'GetReplicationConfiguration' },
  requestPayment: { read: 'GetBucketRequestPayment' },
  tagging: { read: 'GetBucketTagging', write: 'PutBucketTagging' },
  versioning: { read: 'GetBucketVersioning', write: 'PutBucketVersioning' },
  versions: { read: 'ListBucketVersions' },
  website: { read: 'GetBucketWebsite' },
};

export function neededByS3({ method, path, query }: EmulatedRequest): NeededPermission[] {
  const [, bucket, ...rest] = decodeURIComponent(path).split('/');
  const key = rest.join('/');
  const resource = `arn:aws:s3:::${bucket}${key && `/${key}`}`;
  return [{ action: `s3:${key ? objectAction(method, query) : bucketAction(method, query)}`, resource }];
}

function bucketAction(method: string, query: URLSearchParams): string {
  const part = Object.keys(PARTS).find((name) => query.has(name));
  if (part === undefined)
    return { PUT: 'CreateBucket', DELETE: 'DeleteBucket', HEAD: 'ListBucket', GET: 'ListBucket' }[method]!;
  const { read, write, remove } = PARTS[part]!;
  const action = method === 'GET' ? read : method === 'DELETE' ? (remove ?? write) : write;
  if (!action) throw new Error(`Nothing is known of S3's ${method} ?${part}`);
  return action;
}

function objectAction(method: string, query: URLSearchParams): string {
  if (method === 'DELETE') return query.has('versionId') ? 'DeleteObjectVersion' : 'DeleteObject';
  if (method === 'PUT') return 'PutObject';
  return query.has('tagging') ? 'GetObjectTagging' : 'GetObject';
}
