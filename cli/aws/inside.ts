/** An environment on AWS seen from inside, by whoever has credentials for it. */
import { CloudWatchClient, DescribeAlarmsCommand, type MetricAlarm } from '@aws-sdk/client-cloudwatch';
import { LambdaClient, ListEventSourceMappingsCommand } from '@aws-sdk/client-lambda';
import { GetQueueAttributesCommand, SQSClient } from '@aws-sdk/client-sqs';
import { inAws } from './errors.ts';
import type { EnvironmentOutputs } from './outputs.ts';
import { UserError } from '../../shared/user-error.ts';
import { bad, good, unknown, type Finding } from '../probes/finding.ts';

/** What the looks need to know of the environment. */
export type Inside = Pick<
  EnvironmentOutputs,
  'region' | 'alarmNames' | 'failureQueueUrl' | 'broadcasterFunction'
>;

/** CloudFront's metrics, and so their alarms, live here. */
const SITE_REGION = 'us-east-1';

/** Each look fails for itself: credentials may allow one and not the other. */
export async function lookFromInside(outputs: Inside): Promise<Finding[]> {
  const looks: [string, (outputs: Inside) => Promise<Finding[]>][] = [
    ['alarms', lookAtAlarms],
    ['failures', lookAtFailureQueue],
    ['stream', lookAtMapping],
  ];
  const findings = looks.map(async ([check, look]) => {
    try {
      return await look(outputs);
    } catch (error) {
      if (error instanceof UserError) return [unknown(check, `${error.message} ${error.remedy}`)];
      throw error;
    }
  });
  return (await Promise.all(findings)).flat();
}

async function lookAtAlarms({ alarmNames }: Inside): Promise<Finding[]> {
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
        `gone: ${missing.map(({ name }) => name).join(', ')}`,
        'Somebody has deleted them. Apply again: npm run deploy',
      ),
    );
  for (const { AlarmName, AlarmDescription, StateReason } of found.filter(
    ({ StateValue }) => StateValue === 'ALARM',
  ))
    findings.push(
      bad('alarms', `${AlarmName} rings: ${StateReason ?? ''}`, AlarmDescription ?? 'See docs/runbook.'),
    );
  return findings.length > 0 ? findings : [good('alarms', `none of ${wanted.length} rings`)];
}

async function lookAtFailureQueue({ failureQueueUrl, region }: Inside): Promise<Finding[]> {
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
      ? good('failures', 'nothing that the broadcaster was told was given up')
      : bad(
          'failures',
          `events given up by the broadcaster: ${waiting}`,
          `See docs/runbook/failure-queue.md. The queue: ${failureQueueUrl}`,
        ),
  ];
}

async function lookAtMapping({ broadcasterFunction, region }: Inside): Promise<Finding[]> {
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
        `nothing starts ${broadcasterFunction}`,
        'Its event source mapping is gone. Apply again: npm run deploy',
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
      `starts ${broadcasterFunction}; last result: ${mapping.LastProcessingResult ?? 'none yet'}`,
    ),
  ];
}
