/** Visits by day of an environment on AWS: sums of a metric that the updater logs. CloudWatch keeps them for 15 months. */
import { CloudWatchClient, paginateGetMetricData } from '@aws-sdk/client-cloudwatch';
import { METRICS_NAMESPACE, type MetricName } from '../../contract/metrics.ts';
import { readEnvironment } from './environment.ts';
import { inAws } from './errors.ts';

const DAY_SECONDS = 86_400;
const METRIC: MetricName = 'VisitsCounted';

/**
 * @param since first day, milliseconds since 1970
 * @returns visits by day: `2026-11-24`
 */
export async function readVisitsByDay(
  environment: string,
  since: number,
  nowMs: number,
): Promise<Map<string, number>> {
  const { region, updaterFunction } = (await readEnvironment(environment)).outputs;
  return inAws('read the metrics', region, () => visitsFromCloudWatch(region, updaterFunction, since, nowMs));
}

export async function visitsFromCloudWatch(
  region: string,
  updaterFunction: string,
  since: number,
  nowMs: number,
): Promise<Map<string, number>> {
  const client = new CloudWatchClient({ region });
  const dayOf = (time: Date | number) => new Date(time).toISOString().slice(0, 10);
  const Dimensions = [
    { Name: 'service', Value: 'updater' },
    { Name: 'FunctionName', Value: updaterFunction },
  ];
  const visits = new Map<string, number>();
  const pages = paginateGetMetricData(
    { client },
    {
      // Whole days, so the first one is complete.
      StartTime: new Date(dayOf(since)),
      EndTime: new Date(nowMs),
      MetricDataQueries: [
        {
          Id: 'visits',
          MetricStat: {
            Metric: { Namespace: METRICS_NAMESPACE, MetricName: METRIC, Dimensions },
            Period: DAY_SECONDS,
            Stat: 'Sum',
          },
        },
      ],
    },
  );
  for await (const { MetricDataResults = [] } of pages) {
    for (const { Timestamps = [], Values = [] } of MetricDataResults) {
      for (const [i, time] of Timestamps.entries())
        visits.set(dayOf(time), (visits.get(dayOf(time)) ?? 0) + Values[i]!);
    }
  }
  return visits;
}
