/** Downloads the site as CloudFront would serve it: the bucket's objects with their headers, and the response headers policy. */
import { createHash } from 'node:crypto';
import { CloudFront } from '@aws-sdk/client-cloudfront';
import { S3 } from '@aws-sdk/client-s3';
import type { BuiltSite } from '../../contract/site-manifest.ts';
import type { AwsReader } from './aws-reader.ts';

export async function siteFromAws({ sdk }: AwsReader, distributionId: string) {
  const cloudfront = new CloudFront(sdk);
  const { Distribution } = await cloudfront.getDistribution({ Id: distributionId });
  const { Origins, DefaultCacheBehavior } = Distribution!.DistributionConfig!;
  const { ResponseHeadersPolicy } = await cloudfront.getResponseHeadersPolicy({
    Id: DefaultCacheBehavior!.ResponseHeadersPolicyId,
  });
  const security = ResponseHeadersPolicy!.ResponseHeadersPolicyConfig!.SecurityHeadersConfig!;
  // <bucket>.s3.<region>.amazonaws.com
  const [Bucket] = Origins!
    .Items!.find(({ DomainName }) => DomainName!.includes('.s3.'))!
    .DomainName!.split('.s3.');
  const s3 = new S3({ ...sdk, forcePathStyle: true });
  const { Contents = [] } = await s3.listObjectsV2({ Bucket });
  const objects = await Promise.all(
    Contents.map(async ({ Key }) => {
      const { Body, ContentType = '', CacheControl = '' } = await s3.getObject({ Bucket, Key });
      const bytes = await Body!.transformToByteArray();
      const sha256 = createHash('sha256').update(bytes).digest('base64');
      return { file: { path: Key!, contentType: ContentType, cacheControl: CacheControl, sha256 }, bytes };
    }),
  );
  const site: BuiltSite = {
    manifest: {
      files: objects.map(({ file }) => file),
      contentSecurityPolicy: security.ContentSecurityPolicy!.ContentSecurityPolicy!,
    },
    contents: new Map(objects.map(({ file, bytes }) => [file.path, bytes])),
  };
  return { domainName: Distribution!.DomainName!, site };
}
