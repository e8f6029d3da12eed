/** Commands that ask an AWS account, against an emulated one: deploy's refusals, doctor, logs and the pipeline's list of previews. */
import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { CloudWatch } from '@aws-sdk/client-cloudwatch';
import { CloudWatchLogs } from '@aws-sdk/client-cloudwatch-logs';
import { Lambda } from '@aws-sdk/client-lambda';
import { S3 } from '@aws-sdk/client-s3';
import { SQS } from '@aws-sdk/client-sqs';
import { identifyAccount } from '../../cli/aws/account.ts';
import { checkEnvironment } from '../../cli/aws/health.ts';
import { formatLine, readLogs } from '../../cli/aws/logs.ts';
import { checkAgainstState } from '../../cli/aws/preflight.ts';
import { createStateBucket, findStateBucket } from '../../cli/aws/state-bucket.ts';
import type { State } from '../../cli/aws/state.ts';
import { loadConfiguration, type Configuration } from '../../cli/configuration/index.ts';
import { createLog } from '../../functions/shared/log.ts';
import { command } from '../support/command.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { missingPrograms } from '../support/tools.ts';
import { startEmulatedAws, type EmulatedAws } from './emulated-aws/index.ts';
import { DELETED_BUCKET, FORBIDDEN_BUCKET, TAKEN_BUCKET } from './emulated-aws/s3.ts';

const region = 'eu-central-1';
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
  {
    name: 'a state bucket whose name S3 has not released yet',
    settings: { CLOUD_RESUME_STATE_BUCKET_NAME: DELETED_BUCKET },
    step: (configuration) => createStateBucket(configuration, ACCOUNT),
    says: /still busy[^]*could not create the state bucket[^]*run the same command again/,
  },
];

describe('in an emulated AWS account', { skip: missingPrograms('moto_server') }, () => {
  const folder = temporaryFolder();
  const file = join(folder, 'cloud-resume.json');
  const original = { ...process.env };
  let aws: EmulatedAws;
  const use = (environment: NodeJS.ProcessEnv = {}) =>
    (process.env = { ...original, ...aws.environment, ...environment });

  before(async () => {
    await writeFile(file, `{ "name": "resume", "region": "${region}" }`);
    aws = await startEmulatedAws();
    use();
  });
  after(async () => {
    process.env = original;
    await aws?.stop();
  });

  for (const { name, settings = {}, environment = {}, step, says } of REFUSALS)
    test(`deploy refuses ${name}`, async () => {
      use(environment);
      const configuration = await loadConfiguration({ file, variables: settings });
      await assert.rejects(
        async () => step(configuration),
        (error: Error & { remedy?: string }) => {
          assert.match(`${error.message}\n${error.remedy}`, says);
          return true;
        },
      );
      use();
    });

  describe('doctor', () => {
    let clients: { here: CloudWatch; site: CloudWatch; sqs: SQS; lambda: Lambda };
    let outputs: Parameters<typeof checkEnvironment>[0];
    let mapping: string;

    before(async () => {
      clients = {
        here: new CloudWatch({ region }),
        site: new CloudWatch({ region: 'us-east-1' }),
        sqs: new SQS({ region }),
        lambda: new Lambda({ region }),
      };
      for (const [client, AlarmName, AlarmDescription] of [
        [clients.here, 'cr-updater-errors', 'The updater failed. See docs/runbook/updater-errors.md.'],
        [clients.here, 'cr-iterator-age', 'The broadcaster lags.'],
        [clients.site, 'cr-site-5xx', 'The site fails.'],
      ] as const)
        await client.putMetricAlarm({
          AlarmName,
          AlarmDescription,
          Namespace: 'AWS/Lambda',
          MetricName: 'Errors',
          Statistic: 'Sum',
          Period: 300,
          EvaluationPeriods: 1,
          Threshold: 1,
          ComparisonOperator: 'GreaterThanOrEqualToThreshold',
        });
      const { QueueUrl } = await clients.sqs.createQueue({ QueueName: 'cr-broadcast-failures' });
      const { UUID } = await clients.lambda.createEventSourceMapping({
        FunctionName: 'cr-broadcaster',
        EventSourceArn: `arn:aws:dynamodb:${region}:123456789012:table/cr-visitor-count/stream/1`,
      });
      mapping = UUID!;
      outputs = {
        region,
        alarmNames: { [region]: ['cr-iterator-age', 'cr-updater-errors'], site: ['cr-site-5xx'] },
        failureQueueUrl: QueueUrl!,
        broadcasterFunction: 'cr-broadcaster',
      };
    });

    const look = async () =>
      (await checkEnvironment(outputs)).map(({ check, state, detail, remedy }) =>
        [`${state} ${check}: ${detail}`, remedy].filter(Boolean).join(' | '),
      );

    test('finds nothing wrong in a healthy environment', async () => {
      assert.deepEqual(await look(), [
        'good alarms: all 3 quiet',
        'good failures: no events were given up',
        'good stream: invokes cr-broadcaster; last result: none yet',
      ]);
    });

    test('reports every broken part with its remedy', async () => {
      await clients.here.setAlarmState({
        AlarmName: 'cr-updater-errors',
        StateValue: 'ALARM',
        StateReason: '3 errors in 5 minutes',
      });
      await clients.site.deleteAlarms({ AlarmNames: ['cr-site-5xx'] });
      await clients.sqs.sendMessage({
        QueueUrl: outputs.failureQueueUrl,
        MessageBody: '{"requestContext":{}}',
      });
      await clients.lambda.updateEventSourceMapping({ UUID: mapping, Enabled: false });
      assert.deepEqual(await look(), [
        'bad alarms: missing: cr-site-5xx | They have been deleted. Apply again: npm run deploy',
        'bad alarms: cr-updater-errors is in alarm: 3 errors in 5 minutes | The updater failed. See docs/runbook/updater-errors.md.',
        `bad failures: events that the broadcaster gave up: 1 | See docs/runbook/failure-queue.md. The queue: ${outputs.failureQueueUrl}`,
        `bad stream: the mapping to cr-broadcaster is Disabled (User action) | Enable it: aws lambda update-event-source-mapping --enabled --uuid ${mapping} --region ${region}`,
      ]);
    });
  });

  describe('logs', () => {
    let client: CloudWatchLogs;
    const groups = { updater: '/aws/lambda/cr-updater', broadcaster: '/aws/lambda/cr-broadcaster' };
    const start = Date.now() - 60_000;

    before(async () => {
      client = new CloudWatchLogs({ region });
      for (const logGroupName of Object.values(groups)) {
        await client.createLogGroup({ logGroupName });
        await client.createLogStream({ logGroupName, logStreamName: 'one' });
      }
    });

    /** Writes a line as the function does. */
    const say = async (component: 'updater' | 'broadcaster', timestamp: number, text: string) => {
      const write = (message: string) =>
        client.putLogEvents({
          logGroupName: groups[component],
          logStreamName: 'one',
          logEvents: [{ timestamp, message }],
        });
      let written: Promise<unknown> = Promise.resolve();
      const log = createLog(component, {
        functionName: `cr-${component}`,
        write: (line) => (written = write(line)),
        now: () => timestamp,
      });
      log('info', text, { n: 1 }, { Posts: 2 });
      await written;
    };
    const read = (options: Partial<Parameters<typeof readLogs>[0]>) =>
      readLogs({ client, groups, since: start, follow: false, sleep: async () => {}, ...options });

    test('of all components come in order of time, from the given moment', async () => {
      await say('updater', start - 1_000, 'too early');
      await say('updater', start + 100, 'connected');
      await say('updater', start + 300, 'disconnected');
      await say('broadcaster', start + 200, 'broadcast');
      const seen: string[] = [];
      for await (const line of read({})) seen.push(formatLine(line));
      assert.deepEqual(
        seen.map((line) => line.slice(24)),
        [
          'updater     INFO  connected n=1 Posts=2',
          'broadcaster INFO  broadcast n=1 Posts=2',
          'updater     INFO  disconnected n=1 Posts=2',
        ],
      );
      assert.equal(seen[0]!.slice(0, 23), new Date(start + 100).toISOString().slice(0, 23).replace('T', ' '));
    });

    test('--follow shows each line once, even when CloudWatch delivers it late', async () => {
      const seen: string[] = [];
      let looks = 0;
      const sleep = async () => {
        looks++;
        if (looks === 1) await say('updater', start + 5_000, 'new');
        // Older than the newest line shown so far.
        if (looks === 2) await say('broadcaster', start + 4_000, 'late');
      };
      for await (const { text } of read({ since: start + 1_000, follow: true, sleep })) {
        seen.push((JSON.parse(text) as { message: string }).message);
        if (seen.length === 2) break;
      }
      assert.deepEqual(seen, ['new', 'late']);
      assert.equal(looks, 2);
    });

    test('of a component without a log group are empty', async () => {
      const lines = read({ groups: { gateway: '/aws/apigateway/none' } });
      assert.deepEqual(await lines.next(), { done: true, value: undefined });
    });
  });

  describe('the pipeline’s step that lists the previews', () => {
    const step = async () => {
      const GITHUB_OUTPUT = join(folder, 'output');
      await writeFile(GITHUB_OUTPUT, '');
      use({ CLOUD_RESUME_CONFIG: file, GITHUB_OUTPUT });
      return { said: await command('pipeline', 'previews'), outputs: await readFile(GITHUB_OUTPUT, 'utf8') };
    };

    test('lists nothing without a state bucket, and otherwise those with a state', async () => {
      assert.deepEqual(await step(), { said: 'There are no previews.\n', outputs: 'environments=\n' });
      const Bucket = `resume-state-${ACCOUNT.id}`;
      const s3 = new S3({ region, forcePathStyle: true });
      await s3.createBucket({ Bucket });
      for (const Key of [
        'pr-12/deploy.json',
        'pr-12/terraform.tfstate',
        'pr-3/x',
        'production/terraform.tfstate',
      ])
        await s3.putObject({ Bucket, Key: `resume/${Key}`, Body: '' });
      assert.deepEqual(await step(), { said: 'pr-12\npr-3\n', outputs: 'environments=pr-12 pr-3\n' });
    });
  });
});
