/** S3. moto applies a bucket's policy without its conditions, so that "refuse plain HTTP" refuses all: policies are kept here. */
import { xml, type Patch } from './patch.ts';

export function s3(): Patch {
  const policies = new Map<string, string>();
  return async ({ method, path, query, body }) => {
    if (!query.has('policy')) return undefined;
    const bucket = path.split('/')[1] ?? '';
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
