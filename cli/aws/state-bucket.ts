/** The bucket in which Terraform keeps its state: one for a project and account, one key for each environment. */
import {
  CreateBucketCommand,
  GetBucketPolicyCommand,
  HeadBucketCommand,
  ListObjectsV2Command,
  PutBucketEncryptionCommand,
  PutBucketLifecycleConfigurationCommand,
  PutBucketOwnershipControlsCommand,
  PutBucketPolicyCommand,
  PutBucketVersioningCommand,
  PutPublicAccessBlockCommand,
  S3Client,
  type BucketLocationConstraint,
} from '@aws-sdk/client-s3';
import type { Account } from './account.ts';
import { inAws } from './errors.ts';
import type { Configuration } from '../configuration/index.ts';
import { UserError } from '../../shared/user-error.ts';

export interface StateBucket {
  name: string;
  /** Where it was made; stays there whatever the configuration says later. */
  region: string;
  /** The state of this environment. */
  key: string;
  account: string;
  client: S3Client;
}

/** @returns `undefined` where there is none yet */
export async function findStateBucket(
  configuration: Configuration,
  account: Account,
): Promise<StateBucket | undefined> {
  const { region, settings, whereIs } = configuration;
  const name = nameOf(configuration, account);
  const client = createClient(region);
  try {
    const { BucketRegion } = await client.send(
      new HeadBucketCommand({ Bucket: name, ExpectedBucketOwner: account.id }),
    );
    return describe(configuration, account, BucketRegion ?? region);
  } catch (error) {
    const status = (error as { $metadata?: { httpStatusCode?: number } }).$metadata?.httpStatusCode;
    if (status === 404) return undefined;
    if (status === 403) {
      throw new UserError(
        `The state bucket ${name} cannot be used: it belongs to somebody else, or these credentials may not see it.`,
        settings.stateBucketName === undefined
          ? `Choose another name: set ${whereIs('stateBucketName')}. If it is yours, use credentials that may read it.`
          : `Change ${whereIs('stateBucketName')}, or use credentials that may read it.`,
        { cause: error },
      );
    }
    return inAws(`look for the state bucket ${name}`, region, () => Promise.reject(error));
  } finally {
    client.destroy();
  }
}

/**
 * Makes the bucket: private, encrypted, versioned, by TLS only. Can be run again after it stopped halfway.
 * @throws {UserError} where the name is somebody else's
 */
export async function createStateBucket(
  configuration: Configuration,
  account: Account,
): Promise<StateBucket> {
  const bucket = describe(configuration, account, configuration.region);
  const { name, region, client } = bucket;
  await inAws(`make the state bucket ${name}`, region, async () => {
    try {
      await client.send(
        new CreateBucketCommand({
          Bucket: name,
          // us-east-1 is what no constraint means, and may not be named.
          ...(region !== 'us-east-1' && {
            CreateBucketConfiguration: { LocationConstraint: region as BucketLocationConstraint },
          }),
        }),
      );
    } catch (error) {
      const { name: code } = error as Error;
      if (code === 'BucketAlreadyExists') {
        throw new UserError(
          `The name ${name} for the state bucket is taken by another AWS account: bucket names are shared by all.`,
          `Choose another one: set ${configuration.whereIs('stateBucketName')}.`,
          { cause: error },
        );
      }
      if (code !== 'BucketAlreadyOwnedByYou') throw error;
    }
    await secure(bucket);
  });
  return bucket;
}

/** Whether {@link secure} has come to its end: the policy is what it writes last. */
export async function isSecure({ client, name, account }: StateBucket): Promise<boolean> {
  try {
    await client.send(new GetBucketPolicyCommand({ Bucket: name, ExpectedBucketOwner: account }));
    return true;
  } catch (error) {
    if ((error as Error).name === 'NoSuchBucketPolicy') return false;
    throw error;
  }
}

export async function isEmpty({ client, name, region, account }: StateBucket): Promise<boolean> {
  const { Contents = [] } = await inAws(`list the state bucket ${name}`, region, () =>
    client.send(new ListObjectsV2Command({ Bucket: name, ExpectedBucketOwner: account, MaxKeys: 1 })),
  );
  return Contents.length === 0;
}

/** Says the same again where it is so already. */
export async function secure({ client, name, account }: StateBucket): Promise<void> {
  const bucket = { Bucket: name, ExpectedBucketOwner: account };
  await client.send(
    new PutPublicAccessBlockCommand({
      ...bucket,
      PublicAccessBlockConfiguration: {
        BlockPublicAcls: true,
        BlockPublicPolicy: true,
        IgnorePublicAcls: true,
        RestrictPublicBuckets: true,
      },
    }),
  );
  await client.send(
    new PutBucketOwnershipControlsCommand({
      ...bucket,
      OwnershipControls: { Rules: [{ ObjectOwnership: 'BucketOwnerEnforced' }] },
    }),
  );
  await client.send(
    new PutBucketEncryptionCommand({
      ...bucket,
      ServerSideEncryptionConfiguration: {
        Rules: [{ ApplyServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' } }],
      },
    }),
  );
  await client.send(
    new PutBucketVersioningCommand({ ...bucket, VersioningConfiguration: { Status: 'Enabled' } }),
  );
  await client.send(
    new PutBucketLifecycleConfigurationCommand({
      ...bucket,
      LifecycleConfiguration: {
        Rules: [
          {
            ID: 'expire-old-states',
            Status: 'Enabled',
            Filter: {},
            NoncurrentVersionExpiration: { NoncurrentDays: 90, NewerNoncurrentVersions: 10 },
          },
        ],
      },
    }),
  );
  await client.send(
    new PutBucketPolicyCommand({
      ...bucket,
      Policy: JSON.stringify({
        Version: '2012-10-17',
        Statement: [
          {
            Sid: 'RefusePlainHttp',
            Effect: 'Deny',
            Principal: { AWS: '*' },
            Action: 's3:*',
            Resource: [`arn:aws:s3:::${name}`, `arn:aws:s3:::${name}/*`],
            Condition: { Bool: { 'aws:SecureTransport': 'false' } },
          },
        ],
      }),
    }),
  );
}

function nameOf({ name, settings }: Configuration, account: Account): string {
  return settings.stateBucketName ?? `${name}-state-${account.id}`;
}

function describe(configuration: Configuration, account: Account, region: string): StateBucket {
  const { name, environment } = configuration;
  return {
    name: nameOf(configuration, account),
    region,
    key: `${name}/${environment}/terraform.tfstate`,
    account: account.id,
    client: createClient(region),
  };
}

function createClient(region: string): S3Client {
  return new S3Client({ region, followRegionRedirects: true });
}
