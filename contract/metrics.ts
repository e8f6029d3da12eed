/**
 * The functions' metrics. They log them in CloudWatch's embedded metric format, from which CloudWatch and the local cloud extract them.
 * Dimensions: `service`, which is the component, and `FunctionName`.
 */
export const METRICS_NAMESPACE = 'CloudResume';

export const METRICS = {
  VisitsCounted: { unit: 'Count', component: 'updater', help: 'Visits counted.' },
  Broadcasts: { unit: 'Count', component: 'broadcaster', help: 'Revisions published to the open pages.' },
  Posts: { unit: 'Count', component: 'broadcaster', help: 'Posts to @connections, delivered or not.' },
  PostsGone: { unit: 'Count', component: 'broadcaster', help: 'Posts answered 410: the connection is gone.' },
  PostsThrottled: {
    unit: 'Count',
    component: 'broadcaster',
    help: 'Posts answered 429: too many posts, or a slow page.',
  },
  PostsFailed: { unit: 'Count', component: 'broadcaster', help: 'Posts that failed in any other way.' },
  SiteUnreachable: {
    unit: 'Count',
    component: 'broadcaster',
    help: 'Failed probes of the site: 1 unless the page is answered with 200.',
  },
  VisitToSeen: {
    unit: 'Milliseconds',
    component: 'broadcaster',
    help: 'From the arrival that has waited longest until every open page was posted to.',
  },
} as const satisfies Record<string, { unit: 'Count' | 'Milliseconds'; component: string; help: string }>;

export type MetricName = keyof typeof METRICS;
export type MetricValues = Partial<Record<MetricName, number>>;
