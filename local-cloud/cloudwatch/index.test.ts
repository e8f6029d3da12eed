import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createLog } from '../../functions/shared/log.ts';
import { Metrics } from './index.ts';

/** The logs of two functions, and the metrics that read them. */
function startMetrics() {
  const metrics = new Metrics((name) => `Help for ${name}.`);
  const shown: string[] = [];
  const options = { write: (line: string) => shown.push(metrics.take(line)) };
  return {
    metrics,
    shown,
    updater: createLog('updater', { ...options, functionName: 'cr-updater' }),
    broadcaster: createLog('broadcaster', { ...options, functionName: 'cr-broadcaster' }),
  };
}

test('metrics are summed and shown in Prometheus’s format', () => {
  const { metrics, updater, broadcaster } = startMetrics();
  for (let i = 0; i < 3; i++) updater('info', 'connected', {}, { VisitsCounted: 1 });
  broadcaster('info', 'broadcast', {}, { Broadcasts: 1, VisitToSeen: 40 });
  broadcaster('info', 'broadcast', {}, { Broadcasts: 1, VisitToSeen: 2_400 });
  const text = metrics.text([{ name: 'cloud_resume_connections', help: 'Open connections.', value: 7 }]);
  const lines = text.split('\n');
  assert.deepEqual(lines.slice(0, 6), [
    '# HELP cloud_resume_visits_counted_total Help for VisitsCounted.',
    '# TYPE cloud_resume_visits_counted_total counter',
    'cloud_resume_visits_counted_total{service="updater",function_name="cr-updater"} 3',
    '# HELP cloud_resume_broadcasts_total Help for Broadcasts.',
    '# TYPE cloud_resume_broadcasts_total counter',
    'cloud_resume_broadcasts_total{service="broadcaster",function_name="cr-broadcaster"} 2',
  ]);
  const of = 'service="broadcaster",function_name="cr-broadcaster"';
  for (const line of [
    '# TYPE cloud_resume_visit_to_seen_seconds histogram',
    `cloud_resume_visit_to_seen_seconds_bucket{${of},le="0.025"} 0`,
    `cloud_resume_visit_to_seen_seconds_bucket{${of},le="0.05"} 1`,
    `cloud_resume_visit_to_seen_seconds_bucket{${of},le="2.5"} 2`,
    `cloud_resume_visit_to_seen_seconds_bucket{${of},le="+Inf"} 2`,
    `cloud_resume_visit_to_seen_seconds_sum{${of}} 2.44`,
    `cloud_resume_visit_to_seen_seconds_count{${of}} 2`,
    '# TYPE cloud_resume_connections gauge',
    'cloud_resume_connections 7',
  ])
    assert.ok(lines.includes(line), line);
  assert.ok(text.endsWith('\n'));
});

test('the log shows a metrics line without its envelope, and other lines unchanged', () => {
  const { metrics, shown, updater } = startMetrics();
  updater('info', 'connected', { connectionId: 'c' }, { VisitsCounted: 1 });
  assert.match(shown[0]!, /^\{"timestamp":.*"connectionId":"c".*"VisitsCounted":1\}$/);
  for (const line of ['hello', '{"a":1}', '{"_aws": broken', '']) assert.equal(metrics.take(line), line);
});

for (const metadata of [
  null,
  1,
  {},
  { CloudWatchMetrics: 'none' },
  { CloudWatchMetrics: [null] },
  { CloudWatchMetrics: [{ Namespace: 'x', Metrics: [{ Name: 'n' }] }] },
  { CloudWatchMetrics: [{ Namespace: 'x', Dimensions: [[]] }] },
  { CloudWatchMetrics: [{ Dimensions: [[]], Metrics: [{ Name: 'n' }] }] },
])
  test(`a line with the metadata ${JSON.stringify(metadata)} stays in the log and adds no metric`, () => {
    const { metrics } = startMetrics();
    assert.match(metrics.take(JSON.stringify({ _aws: metadata, n: 1 })), /"n":1\}$/);
    assert.equal(metrics.text([]), '\n');
  });

test('names that Prometheus does not allow are changed', () => {
  const { metrics } = startMetrics();
  const CloudWatchMetrics = [
    { Namespace: 'my-app/API', Dimensions: [['a.b']], Metrics: [{ Name: 'Bytes sent' }] },
  ];
  metrics.take(JSON.stringify({ _aws: { CloudWatchMetrics }, 'Bytes sent': 1, 'a.b': 'c' }));
  assert.match(metrics.text([]), /^my_app_api_bytes_sent_total\{a_b="c"\} 1$/m);
});
