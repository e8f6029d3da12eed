/** Lists the previews in AWS, which are those with a state, in the step output `environments`: `pr-3 pr-12`. */
import { ListObjectsV2Command } from '@aws-sdk/client-s3';
import { inAws } from '../aws/errors.ts';
import { loadConfiguration } from '../configuration/index.ts';
import { findStateBucket, type StateBucket } from '../aws/state-bucket.ts';
import { setStepOutput } from './github.ts';

export async function previews(): Promise<void> {
  // All environments keep their states in production's bucket.
  const configuration = await loadConfiguration();
  const bucket = await findStateBucket(configuration);
  const environments = bucket ? await previewsIn(bucket, configuration.name) : [];
  setStepOutput('environments', environments.join(' '));
  console.log(environments.join('\n') || 'There are no previews.');
}

/** Returns the first thousand. */
async function previewsIn(
  { client, name, region, account }: StateBucket,
  project: string,
): Promise<string[]> {
  const { CommonPrefixes = [] } = await inAws(`list the state bucket ${name}`, region, () =>
    client.send(
      new ListObjectsV2Command({
        Bucket: name,
        ExpectedBucketOwner: account,
        Prefix: `${project}/pr-`,
        Delimiter: '/',
      }),
    ),
  );
  return CommonPrefixes.map(({ Prefix }) => Prefix!.split('/')[1]!);
}
