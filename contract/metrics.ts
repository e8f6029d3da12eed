/**
 * What the functions measure. They write it into their log in CloudWatch's embedded metric format; CloudWatch makes metrics of it,
 * and so does the local cloud. Dimensions of each: `service`, the station that measures, and `FunctionName`.
 */
export const METRICS_NAMESPACE = 'CloudResume';

export const METRICS = {
  VisitsCounted: { unit: 'Count', station: 'updater', help: 'Visits counted.' },
  Broadcasts: { unit: 'Count', station: 'broadcaster', help: 'Revisions published to the open pages.' },
  Posts: { unit: 'Count', station: 'broadcaster', help: 'Posts to @connections, delivered or not.' },
  PostsGone: { unit: 'Count', station: 'broadcaster', help: 'Posts answered 410: nobody is there.' },
  PostsThrottled: {
    unit: 'Count',
    station: 'broadcaster',
    help: 'Posts answered 429: too many, or a slow page.',
  },
  PostsFailed: { unit: 'Count', station: 'broadcaster', help: 'Posts that failed in another way.' },
  VisitToSeen: {
    unit: 'Milliseconds',
    station: 'broadcaster',
    help: 'From the arrival that has waited longest until every open page was told.',
  },
} as const satisfies Record<string, { unit: 'Count' | 'Milliseconds'; station: string; help: string }>;

export type MetricName = keyof typeof METRICS;
export type MetricValues = Partial<Record<MetricName, number>>;
