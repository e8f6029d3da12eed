/** Downloads the site as CloudFront would serve it: the bucket's objects with their headers, and the response headers policy. */
import { createHash } from 'node:crypto';
import type { BuiltSite, SiteFile } from '../../contract/site-manifest.ts';
import { elements, unescapeXml, type AwsReader } from './aws-reader.ts';

export interface PublishedSite {
  domainName: string;
  site: BuiltSite;
}

export async function siteFromAws(aws: AwsReader, distributionId: string): Promise<PublishedSite> {
  const distribution = await (
    await aws.get('cloudfront', `/2020-05-31/distribution/${distributionId}`)
  ).text();
  // <bucket>.s3.<region>.amazonaws.com
  const bucket = elements(distribution, 'DomainName')
    .find((name) => name.includes('.s3.'))!
    .split('.s3.')[0]!;
  const [policyId] = elements(elements(distribution, 'DefaultCacheBehavior')[0]!, 'ResponseHeadersPolicyId');
  const policy = await (
    await aws.get('cloudfront', `/2020-05-31/response-headers-policy/${policyId}`)
  ).text();
  const listing = await (await aws.get('s3', `/${bucket}?list-type=2`)).text();
  const objects = await Promise.all(elements(listing, 'Key').map((key) => download(aws, bucket, key)));
  const manifest = {
    files: objects.map(({ file }) => file),
    // The outer element contains one of the same name, which contains the text.
    contentSecurityPolicy: unescapeXml(
      policy.match(/<ContentSecurityPolicy>([^<]+)<\/ContentSecurityPolicy>/)![1]!,
    ),
  };
  return {
    domainName: elements(distribution, 'DomainName')[0]!,
    site: { manifest, contents: new Map(objects.map(({ file, bytes }) => [file.path, bytes])) },
  };
}

async function download(
  aws: AwsReader,
  bucket: string,
  path: string,
): Promise<{ file: SiteFile; bytes: Buffer }> {
  const response = await aws.get('s3', `/${bucket}/${path.split('/').map(encodeURIComponent).join('/')}`);
  const bytes = Buffer.from(await response.arrayBuffer());
  const file = {
    path,
    contentType: response.headers.get('content-type') ?? '',
    cacheControl: response.headers.get('cache-control') ?? '',
    sha256: createHash('sha256').update(bytes).digest('base64'),
  };
  return { file, bytes };
}
