/** What a deploy of the live environment is refused for: a name, what the environment says, and the answer. */
import { SOMEBODY_ELSES, TAKEN } from './emulated-aws/s3.ts';

export const REFUSALS: [string, NodeJS.ProcessEnv, RegExp][] = [
  [
    'another Region',
    { CLOUD_RESUME_REGION: 'eu-west-1' },
    /is deployed in eu-central-1, but the configuration says eu-west-1[^]*CLOUD_RESUME_REGION back to eu-central-1/,
  ],
  [
    'fewer shards',
    { CLOUD_RESUME_COUNTER_SHARDS: '4' },
    /counterShards is 4, but the count is spread over 8[^]*to 8 or more/,
  ],
  [
    'another account',
    { CLOUD_RESUME_ACCOUNT: '999999999999' },
    /credentials are of account 123456789012, but the site belongs in 999999999999/,
  ],
  [
    'no credentials',
    { AWS_ACCESS_KEY_ID: undefined, AWS_SECRET_ACCESS_KEY: undefined },
    /There are no AWS credentials[^]*aws sso login/,
  ],
  [
    'a Region that does not exist',
    { CLOUD_RESUME_REGION: 'eu-nowhere-1', AWS_ENDPOINT_URL: undefined, NODE_OPTIONS: undefined },
    /AWS cannot be reached in eu-nowhere-1 \(E\w+\)[^]*list-regions/,
  ],
  [
    'a state bucket of somebody else',
    { CLOUD_RESUME_STATE_BUCKET_NAME: SOMEBODY_ELSES },
    /The state bucket \S+ cannot be used: it belongs to somebody else[^]*Change CLOUD_RESUME_STATE_BUCKET_NAME/,
  ],
  [
    'a name for the state bucket that is taken',
    { CLOUD_RESUME_STATE_BUCKET_NAME: TAKEN },
    /is taken by another AWS account[^]*set CLOUD_RESUME_STATE_BUCKET_NAME/,
  ],
];
