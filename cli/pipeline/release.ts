/**
 * Stores a release (a plan and its build) in the state bucket, and loads it. Its key is its SHA-256, so what was approved is what is
 * loaded: `pipeline release --env NAME --store FILE`, which sets the output `release`, and `--load SHA256 --into FILE`.
 */
import { createHash } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { GetObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { inAws } from '../aws/errors.ts';
import { findStateBucket, type StateBucket } from '../aws/state-bucket.ts';
import { loadConfiguration } from '../configuration/index.ts';
import { setStepOutput } from './github.ts';
import { UserError } from '../../shared/user-error.ts';

export async function release(args: string[]): Promise<void> {
  const { values } = parseArgs({
    args,
    options: {
      env: { type: 'string' },
      store: { type: 'string' },
      load: { type: 'string' },
      into: { type: 'string' },
    },
  });
  const configuration = await loadConfiguration({ environment: values.env });
  const bucket = await findStateBucket(configuration);
  if (!bucket) throw new UserError('There is no state bucket.', 'Run npm run bootstrap first.');
  if (values.store !== undefined) await store(bucket, values.store);
  else if (values.load !== undefined && values.into !== undefined)
    await load(bucket, values.load, values.into);
  else throw new UserError('Nothing to do.', 'Give --store FILE, or --load SHA256 --into FILE.');
}

async function store(bucket: StateBucket, file: string): Promise<void> {
  const body = await readFile(file);
  const hash = sha256(body);
  await inAws('store the release', bucket.region, () =>
    bucket.client.send(new PutObjectCommand({ ...address(bucket, hash), Body: body })),
  );
  console.log(`Stored the release ${hash} (${body.length} bytes).`);
  setStepOutput('release', hash);
}

async function load(bucket: StateBucket, hash: string, into: string): Promise<void> {
  const body = await inAws('load the release', bucket.region, async () => {
    const { Body } = await bucket.client.send(new GetObjectCommand(address(bucket, hash)));
    return Body!.transformToByteArray();
  });
  if (sha256(body) !== hash) {
    throw new UserError(
      `The stored release does not match its SHA-256 ${hash}: it was changed after its approval.`,
      'Find out who can write to the state bucket. Then run all jobs again for a new plan.',
    );
  }
  await writeFile(into, body);
  console.log(`Loaded the release ${hash}.`);
}

function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

/** `<name>/<environment>/releases/<SHA-256>.tgz` */
function address({ name, key, account }: StateBucket, hash: string) {
  return {
    Bucket: name,
    Key: key.replace(/[^/]+$/, `releases/${hash}.tgz`),
    ExpectedBucketOwner: account,
  };
}
