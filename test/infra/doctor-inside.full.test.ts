/** What `npm run doctor` reads from the AWS account: alarms, failure queue and stream, healthy and broken. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import {
  CloudWatchClient,
  DeleteAlarmsCommand,
  PutMetricAlarmCommand,
  SetAlarmStateCommand,
} from '@aws-sdk/client-cloudwatch';
import {
  CreateEventSourceMappingCommand,
  LambdaClient,
  UpdateEventSourceMappingCommand,
} from '@aws-sdk/client-lambda';
import { CreateQueueCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { checkEnvironment } from '../../cli/aws/health.ts';
import { startEmulatedAws, type EmulatedAws } from './emulated-aws/index.ts';
import { missingPrograms } from '../support/tools.ts';

const REGION = 'eu-central-1';

describe('doctor, inside the account', { skip: missingPrograms('moto_server') }, () => {
  let aws: EmulatedAws;
  let outputs: Parameters<typeof checkEnvironment>[0];
  let clients: { here: CloudWatchClient; site: CloudWatchClient; sqs: SQSClient; lambda: LambdaClient };
  let mapping: string;

  before(async () => {
    aws = await startEmulatedAws();
    Object.assign(process.env, aws.environment);
    clients = {
      here: new CloudWatchClient({ region: REGION }),
      site: new CloudWatchClient({ region: 'us-east-1' }),
      sqs: new SQSClient({ region: REGION }),
      lambda: new LambdaClient({ region: REGION }),
    };
    await putAlarm(
      clients.here,
      'cr-updater-errors',
      'The updater failed. See docs/runbook/updater-errors.md.',
    );
    await putAlarm(clients.here, 'cr-iterator-age', 'The broadcaster lags.');
    await putAlarm(clients.site, 'cr-site-5xx', 'The site fails.');
    const { QueueUrl } = await clients.sqs.send(
      new CreateQueueCommand({ QueueName: 'cr-broadcast-failures' }),
    );
    const { UUID } = await clients.lambda.send(
      new CreateEventSourceMappingCommand({
        FunctionName: 'cr-broadcaster',
        EventSourceArn: `arn:aws:dynamodb:${REGION}:123456789012:table/cr-visitor-count/stream/1`,
      }),
    );
    mapping = UUID!;
    outputs = {
      region: REGION,
      alarmNames: { [REGION]: ['cr-iterator-age', 'cr-updater-errors'], site: ['cr-site-5xx'] },
      failureQueueUrl: QueueUrl!,
      broadcasterFunction: 'cr-broadcaster',
    };
  });
  after(async () => {
    await aws?.stop();
  });

  const putAlarm = (client: CloudWatchClient, AlarmName: string, AlarmDescription: string) =>
    client.send(
      new PutMetricAlarmCommand({
        AlarmName,
        AlarmDescription,
        Namespace: 'AWS/Lambda',
        MetricName: 'Errors',
        Statistic: 'Sum',
        Period: 300,
        EvaluationPeriods: 1,
        Threshold: 1,
        ComparisonOperator: 'GreaterThanOrEqualToThreshold',
      }),
    );
  const look = async () =>
    (await checkEnvironment(outputs)).map(({ check, state, detail, remedy }) =>
      [`${state} ${check}: ${detail}`, remedy].filter(Boolean).join(' | '),
    );

  test('a healthy environment', async () => {
    assert.deepEqual(await look(), [
      'good alarms: all 3 quiet',
      'good failures: no events were given up',
      'good stream: invokes cr-broadcaster; last result: none yet',
    ]);
  });

  test('every broken part is reported with its remedy', async () => {
    await clients.here.send(
      new SetAlarmStateCommand({
        AlarmName: 'cr-updater-errors',
        StateValue: 'ALARM',
        StateReason: '3 errors in 5 minutes',
      }),
    );
    await clients.site.send(new DeleteAlarmsCommand({ AlarmNames: ['cr-site-5xx'] }));
    await clients.sqs.send(
      new SendMessageCommand({ QueueUrl: outputs.failureQueueUrl, MessageBody: '{"requestContext":{}}' }),
    );
    await clients.lambda.send(new UpdateEventSourceMappingCommand({ UUID: mapping, Enabled: false }));
    assert.deepEqual(await look(), [
      'bad alarms: missing: cr-site-5xx | They have been deleted. Apply again: npm run deploy',
      'bad alarms: cr-updater-errors is in alarm: 3 errors in 5 minutes | The updater failed. See docs/runbook/updater-errors.md.',
      `bad failures: events that the broadcaster gave up: 1 | See docs/runbook/failure-queue.md. The queue: ${outputs.failureQueueUrl}`,
      `bad stream: the mapping to cr-broadcaster is Disabled (User action) | Enable it: aws lambda update-event-source-mapping --enabled --uuid ${mapping} --region ${REGION}`,
    ]);
  });
});
