/** Checks an environment on AWS from inside, with credentials for it. */
import { CloudWatchClient, DescribeAlarmsCommand, type MetricAlarm } from '@aws-sdk/client-cloudwatch';
import { LambdaClient, ListEventSourceMappingsCommand } from '@aws-sdk/client-lambda';
import { GetQueueAttributesCommand, SQSClient } from '@aws-sdk/client-sqs';
import { inAws } from './errors.ts';
import type { EnvironmentOutputs } from './environment.ts';
import { UserError } from '../../shared/user-error.ts';
import { bad, good, unknown, type Finding } from '../probes/finding.ts';

type Parts = Pick<EnvironmentOutputs, 'region' | 'alarmNames' | 'failureQueueUrl' | 'broadcasterFunction'>;

/** CloudFront's metrics, and so their alarms, are here. */
const SITE_REGION = 'us-east-1';

/** Each check fails on its own: credentials may allow one and not the other. */
export async function checkEnvironment(outputs: Parts): Promise<Finding[]> {
  const checks: [string, (outputs: Parts) => Promise<Finding[]>][] = [
    ['alarms', checkAlarms],
    ['failures', checkFailureQueue],
    ['stream', checkMapping],
  ];
  const findings = checks.map(async ([name, check]) => {
    try {
      return await check(outputs);
    } catch (error) {
      if (error instanceof UserError) return [unknown(name, `${error.message} ${error.remedy}`)];
      throw error;
    }
  });
  return (await Promise.all(findings)).flat();
}

async function checkAlarms({ alarmNames }: Parts): Promise<Finding[]> {
  const wanted = Object.entries(alarmNames).flatMap(([place, names]) =>
    names.map((name) => ({ name, region: place === 'site' ? SITE_REGION : place })),
  );
  const found: MetricAlarm[] = [];
  for (const region of new Set(wanted.map((alarm) => alarm.region))) {
    const AlarmNames = wanted.filter((alarm) => alarm.region === region).map(({ name }) => name);
    const { MetricAlarms = [] } = await inAws('read the alarms', region, () =>
      new CloudWatchClient({ region }).send(new DescribeAlarmsCommand({ AlarmNames })),
    );
    found.push(...MetricAlarms);
  }
  const findings: Finding[] = [];
  const missing = wanted.filter(({ name }) => !found.some(({ AlarmName }) => AlarmName === name));
  if (missing.length > 0)
    findings.push(
      bad(
        'alarms',
        `missing: ${missing.map(({ name }) => name).join(', ')}`,
        'They have been deleted. Apply again: npm run deploy',
      ),
    );
  for (const { AlarmName, AlarmDescription, StateReason } of found.filter(
    ({ StateValue }) => StateValue === 'ALARM',
  ))
    findings.push(
      bad(
        'alarms',
        `${AlarmName} is in alarm: ${StateReason ?? ''}`,
        AlarmDescription ?? 'See docs/runbook.',
      ),
    );
  return findings.length > 0 ? findings : [good('alarms', `all ${wanted.length} quiet`)];
}

async function checkFailureQueue({ failureQueueUrl, region }: Parts): Promise<Finding[]> {
  const { Attributes } = await inAws('read the failure queue', region, () =>
    new SQSClient({ region }).send(
      new GetQueueAttributesCommand({
        QueueUrl: failureQueueUrl,
        AttributeNames: ['ApproximateNumberOfMessages'],
      }),
    ),
  );
  const waiting = Number(Attributes?.['ApproximateNumberOfMessages'] ?? 0);
  return [
    waiting === 0
      ? good('failures', 'no events were given up')
      : bad(
          'failures',
          `events that the broadcaster gave up: ${waiting}`,
          `See docs/runbook/failure-queue.md. The queue: ${failureQueueUrl}`,
        ),
  ];
}

async function checkMapping({ broadcasterFunction, region }: Parts): Promise<Finding[]> {
  const { EventSourceMappings = [] } = await inAws("read the broadcaster's stream mapping", region, () =>
    new LambdaClient({ region }).send(
      new ListEventSourceMappingsCommand({ FunctionName: broadcasterFunction }),
    ),
  );
  const [mapping] = EventSourceMappings;
  if (!mapping)
    return [
      bad(
        'stream',
        `nothing invokes ${broadcasterFunction}`,
        'Its event source mapping is missing. Apply again: npm run deploy',
      ),
    ];
  if (mapping.State !== 'Enabled' && mapping.State !== 'Creating' && mapping.State !== 'Updating')
    return [
      bad(
        'stream',
        `the mapping to ${broadcasterFunction} is ${mapping.State} (${mapping.StateTransitionReason ?? 'no reason given'})`,
        `Enable it: aws lambda update-event-source-mapping --enabled --uuid ${mapping.UUID} --region ${region}`,
      ),
    ];
  return [
    good(
      'stream',
      `invokes ${broadcasterFunction}; last result: ${mapping.LastProcessingResult ?? 'none yet'}`,
    ),
  ];
}
