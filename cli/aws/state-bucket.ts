/** The bucket in which Terraform keeps its state: one for a project and account, one key for each environment. */
import { setTimeout as sleep } from 'node:timers/promises';
import {
  CreateBucketCommand,
  DeleteObjectCommand,
  GetBucketPolicyCommand,
  HeadBucketCommand,
  PutBucketEncryptionCommand,
  PutBucketLifecycleConfigurationCommand,
  PutBucketOwnershipControlsCommand,
  PutBucketPolicyCommand,
  PutBucketVersioningCommand,
  PutPublicAccessBlockCommand,
  S3Client,
  type BucketLocationConstraint,
} from '@aws-sdk/client-s3';
import { identifyAccount, type Account } from './account.ts';
import { inAws } from './errors.ts';
import type { Configuration } from '../configuration/index.ts';
import { UserError } from '../../shared/user-error.ts';

export interface StateBucket {
  name: string;
  /** Where it was created; it stays there whatever the configuration says later. */
  region: string;
  /** The state of this environment. */
  key: string;
  account: string;
  client: S3Client;
}

/** @returns undefined where it does not exist yet */
export async function findStateBucket(
  configuration: Configuration,
  known?: Account,
): Promise<StateBucket | undefined> {
  const account = known ?? (await identifyAccount(configuration));
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
        `The state bucket ${name} cannot be used: it belongs to someone else, or these credentials may not read it.`,
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
 * Creates the bucket: private, encrypted, versioned, over TLS only. Can be repeated after it stopped halfway.
 * @throws {UserError} where another account has taken the name
 */
export async function createStateBucket(
  configuration: Configuration,
  account: Account,
): Promise<StateBucket> {
  const bucket = describe(configuration, account, configuration.region);
  const { name, region, client } = bucket;
  await inAws(`create the state bucket ${name}`, region, async () => {
    try {
      await client.send(
        new CreateBucketCommand({
          Bucket: name,
          // No constraint means us-east-1, which may not be named.
          ...(region !== 'us-east-1' && {
            CreateBucketConfiguration: { LocationConstraint: region as BucketLocationConstraint },
          }),
        }),
      );
    } catch (error) {
      const { name: code } = error as Error;
      if (code === 'BucketAlreadyExists') {
        throw new UserError(
          `The name ${name} for the state bucket is taken by another AWS account: all accounts share bucket names.`,
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

/** Whether {@link secure} has finished: it writes the policy last. */
export async function isSecure({ client, name, account }: StateBucket): Promise<boolean> {
  try {
    await client.send(new GetBucketPolicyCommand({ Bucket: name, ExpectedBucketOwner: account }));
    return true;
  } catch (error) {
    if ((error as Error).name === 'NoSuchBucketPolicy') return false;
    throw error;
  }
}

/** Can be repeated. */
export async function secure({ client, name, account }: StateBucket): Promise<void> {
  const bucket = { Bucket: name, ExpectedBucketOwner: account };
  const isPrivate = {
    BlockPublicAcls: true,
    BlockPublicPolicy: true,
    IgnorePublicAcls: true,
    RestrictPublicBuckets: true,
  };
  const ownership = { Rules: [{ ObjectOwnership: 'BucketOwnerEnforced' as const }] };
  const encryption = { Rules: [{ ApplyServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' as const } }] };
  const expiry = {
    ID: 'expire-old-states',
    Status: 'Enabled' as const,
    Filter: {},
    NoncurrentVersionExpiration: { NoncurrentDays: 30 },
    Expiration: { ExpiredObjectDeleteMarker: true },
  };
  const statement = {
    Sid: 'DenyPlainHttp',
    Effect: 'Deny',
    Principal: { AWS: '*' },
    Action: 's3:*',
    Resource: [`arn:aws:s3:::${name}`, `arn:aws:s3:::${name}/*`],
    Condition: { Bool: { 'aws:SecureTransport': 'false' } },
  };
  const Policy = JSON.stringify({ Version: '2012-10-17', Statement: [statement] });
  for (const change of [
    new PutPublicAccessBlockCommand({ ...bucket, PublicAccessBlockConfiguration: isPrivate }),
    new PutBucketOwnershipControlsCommand({ ...bucket, OwnershipControls: ownership }),
    new PutBucketEncryptionCommand({ ...bucket, ServerSideEncryptionConfiguration: encryption }),
    new PutBucketVersioningCommand({ ...bucket, VersioningConfiguration: { Status: 'Enabled' } }),
    new PutBucketLifecycleConfigurationCommand({ ...bucket, LifecycleConfiguration: { Rules: [expiry] } }),
    new PutBucketPolicyCommand({ ...bucket, Policy }),
  ])
    await retryWhileBusy(() => client.send(change as PutBucketPolicyCommand));
}

const ATTEMPTS = 8;

/** S3 may reject a change for some seconds, because it still applies the one before or does not know the new bucket everywhere. */
async function retryWhileBusy(act: () => Promise<unknown>): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      return void (await act());
    } catch (error) {
      const isBusy = /^(OperationAborted|NoSuchBucket)$/.test((error as Error).name);
      if (!isBusy || attempt === ATTEMPTS) throw error;
      await sleep(1_000 * attempt);
    }
  }
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

/** `<name>/<environment>/deploy.json`, next to the state. */
export function deployStateKey(stateKey: string): string {
  return stateKey.replace(/[^/]+$/, 'deploy.json');
}

function createClient(region: string): S3Client {
  return new S3Client({ region, followRegionRedirects: true });
}

/** Deletes this environment's state. The bucket is versioned and keeps it for 30 days, so that a mistake can be undone. */
export async function deleteState({ client, name, key, region, account }: StateBucket): Promise<void> {
  await inAws('delete the state', region, async () => {
    for (const Key of [key, deployStateKey(key)])
      await client.send(new DeleteObjectCommand({ Bucket: name, Key, ExpectedBucketOwner: account }));
  });
}
