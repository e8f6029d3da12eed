import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { createLog } from '../../functions/shared/log.ts';
import { createManualClock } from '../manual-clock.ts';
import { createMetrics, readSumsByDay } from './index.ts';

let folder: string;
let directories = 0;
before(() => {
  folder = mkdtempSync(join(tmpdir(), 'cloud-resume-metrics-'));
});
after(() => rmSync(folder, { recursive: true }));

/** The logs of two functions, and the metrics that read them. */
function startMetrics(dataDirectory = mkdtempSync(join(folder, `${directories++}-`))) {
  const clock = createManualClock(Date.UTC(2026, 10, 24, 23, 59, 59));
  const metrics = createMetrics({
    dataDirectory,
    clock,
    helpOf: (name) => `Help for ${name}.`,
    log: (_level, message) => messages.push(message),
  });
  const messages: string[] = [];
  const shown: string[] = [];
  const write = (line: string) => shown.push(metrics.take(line));
  const options = { write, now: () => clock.now() };
  return {
    dataDirectory,
    clock,
    metrics,
    messages,
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

test('counts are summed by day, written within a second, and continued after a restart', () => {
  const { dataDirectory, clock, updater, broadcaster, metrics } = startMetrics();
  updater('info', 'connected', {}, { VisitsCounted: 1 });
  updater('info', 'connected', {}, { VisitsCounted: 1 });
  assert.deepEqual(readSumsByDay(dataDirectory), {});
  clock.advance(1_000);
  assert.deepEqual(readSumsByDay(dataDirectory), { '2026-11-24': { VisitsCounted: 2 } });
  updater('info', 'connected', {}, { VisitsCounted: 1 });
  broadcaster('info', 'broadcast', {}, { Posts: 5, PostsGone: 0, VisitToSeen: 3 });
  metrics.close();
  const sums = {
    '2026-11-24': { VisitsCounted: 2 },
    '2026-11-25': { VisitsCounted: 1, Posts: 5 },
  };
  assert.deepEqual(readSumsByDay(dataDirectory), sums);
  assert.equal(clock.pending().length, 0);
  const next = startMetrics(dataDirectory);
  next.updater('info', 'connected', {}, { VisitsCounted: 1 });
  next.metrics.close();
  assert.equal(readSumsByDay(dataDirectory)['2026-11-24']?.['VisitsCounted'], 3);
});

test('a damaged file is ignored', () => {
  const { dataDirectory } = startMetrics();
  writeFileSync(join(dataDirectory, 'metrics.json'), '{"2026-');
  assert.deepEqual(readSumsByDay(dataDirectory), {});
});

test('the log shows a metrics line without its envelope, and other lines unchanged', () => {
  const { metrics, shown, updater } = startMetrics();
  updater('info', 'connected', { connectionId: 'c' }, { VisitsCounted: 1 });
  assert.match(shown[0]!, /^\{"timestamp":.*"connectionId":"c".*"VisitsCounted":1\}$/);
  for (const line of ['hello', '{"a":1}', '{"_aws": broken', '{"_aws":{}}', ''])
    assert.equal(metrics.take(line), line === '{"_aws":{}}' ? '{}' : line);
});

test('a disk that cannot be written is reported once, and the sums are written later', () => {
  const { dataDirectory, clock, updater, messages } = startMetrics();
  const visit = () => updater('info', 'connected', {}, { VisitsCounted: 1 });
  rmSync(dataDirectory, { recursive: true });
  visit();
  clock.advance(11_000);
  visit();
  mkdirSync(dataDirectory);
  clock.advance(10_000);

  assert.equal(messages.length, 1);
  assert.match(messages[0]!, /^Can't write the metrics: ENOENT/);
  const [sums] = Object.values(readSumsByDay(dataDirectory));
  assert.equal(sums?.['VisitsCounted'], 1);
  assert.deepEqual(clock.pending(), []);
});
