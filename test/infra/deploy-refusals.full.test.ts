/** What a deploy refuses before it changes anything: the wrong account, Region, credentials, shards or state bucket. */
import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { identifyAccount } from '../../cli/aws/account.ts';
import { checkAgainstState } from '../../cli/aws/preflight.ts';
import { createStateBucket, findStateBucket } from '../../cli/aws/state-bucket.ts';
import type { State } from '../../cli/aws/state.ts';
import { loadConfiguration, type Configuration } from '../../cli/configuration/index.ts';
import { FORBIDDEN_BUCKET, TAKEN_BUCKET } from './emulated-aws/s3.ts';
import { startEmulatedAws, type EmulatedAws } from './emulated-aws/index.ts';
import { missingPrograms } from '../support/tools.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const ACCOUNT = { id: '123456789012', arn: 'arn:aws:iam::123456789012:root' };

interface Refusal {
  name: string;
  /** Settings that differ from a working configuration. */
  settings?: NodeJS.ProcessEnv;
  /** Differences in the environment of the AWS SDK. */
  environment?: NodeJS.ProcessEnv;
  step: (configuration: Configuration) => unknown;
  says: RegExp;
}

const deployed = {
  outputs: { region: { value: 'eu-central-1' }, counter_shards: { value: 8 } },
} as unknown as State;

const REFUSALS: Refusal[] = [
  {
    name: 'another Region than the deployed one',
    settings: { CLOUD_RESUME_REGION: 'eu-west-1' },
    step: (configuration) => checkAgainstState(configuration, deployed),
    says: /deployed in eu-central-1[^]*eu-west-1[^]*CLOUD_RESUME_REGION back to eu-central-1/,
  },
  {
    name: 'fewer shards than the deployed counter has',
    settings: { CLOUD_RESUME_COUNTER_SHARDS: '4' },
    step: (configuration) => checkAgainstState(configuration, deployed),
    says: /counterShards is 4[^]*8[^]*to 8 or more/,
  },
  {
    name: 'credentials of another account',
    settings: { CLOUD_RESUME_ACCOUNT: '999999999999' },
    step: identifyAccount,
    says: /123456789012[^]*999999999999/,
  },
  {
    name: 'missing credentials',
    environment: { AWS_ACCESS_KEY_ID: undefined, AWS_SECRET_ACCESS_KEY: undefined },
    step: identifyAccount,
    says: /no AWS credentials[^]*aws sso login/,
  },
  {
    name: 'a Region that does not exist',
    settings: { CLOUD_RESUME_REGION: 'eu-nowhere-1' },
    environment: { AWS_ENDPOINT_URL: undefined },
    step: identifyAccount,
    says: /cannot be reached in eu-nowhere-1[^]*list-regions/,
  },
  {
    name: 'a state bucket in another account',
    settings: { CLOUD_RESUME_STATE_BUCKET_NAME: FORBIDDEN_BUCKET },
    step: (configuration) => findStateBucket(configuration, ACCOUNT),
    says: /The state bucket \S+ cannot be used[^]*Change CLOUD_RESUME_STATE_BUCKET_NAME/,
  },
  {
    name: 'a state bucket name that is taken',
    settings: { CLOUD_RESUME_STATE_BUCKET_NAME: TAKEN_BUCKET },
    step: (configuration) => createStateBucket(configuration, ACCOUNT),
    says: /taken by another AWS account[^]*set CLOUD_RESUME_STATE_BUCKET_NAME/,
  },
];

describe('deploy refuses', { skip: missingPrograms('moto_server') }, () => {
  const folder = temporaryFolder();
  let aws: EmulatedAws;
  const original = { ...process.env };
  before(async () => {
    await writeFile(join(folder, 'cloud-resume.json'), '{ "region": "eu-central-1" }');
    aws = await startEmulatedAws();
  });
  after(async () => {
    process.env = original;
    await aws?.stop();
  });

  for (const { name, settings = {}, environment = {}, step, says } of REFUSALS)
    test(name, async () => {
      process.env = { ...original };
      for (const [key, value] of Object.entries({ ...aws.environment, ...environment }))
        if (value === undefined) delete process.env[key];
        else process.env[key] = value;
      const file = join(folder, 'cloud-resume.json');
      const configuration = await loadConfiguration({ file, variables: settings });
      await assert.rejects(
        async () => step(configuration),
        (error: Error & { remedy?: string }) => {
          assert.match(`${error.message}\n${error.remedy}`, says);
          return true;
        },
      );
    });
});
