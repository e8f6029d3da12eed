import assert from 'node:assert/strict';
import { test } from 'node:test';
import { METRICS, type MetricName } from '../../contract/metrics.ts';
import { createLog } from './log.ts';

const NOW = Date.UTC(2026, 10, 24, 12);
function logged(write: (log: ReturnType<typeof createLog>) => void): Record<string, unknown>[] {
  const lines: string[] = [];
  write(
    createLog('updater', { functionName: 'cr-updater', write: (line) => lines.push(line), now: () => NOW }),
  );
  return lines.map((line) => JSON.parse(line) as Record<string, unknown>);
}

test('a line is one JSON object with the names that Lambda filters by, and the component', () => {
  assert.deepEqual(
    logged((log) => log('warn', 'connected', { connectionId: 'c' })),
    [
      {
        timestamp: '2026-11-24T12:00:00.000Z',
        level: 'WARN',
        component: 'updater',
        message: 'connected',
        connectionId: 'c',
      },
    ],
  );
});

test('metrics are in the same line, in the embedded metric format', () => {
  const [line] = logged((log) => log('info', 'broadcast', { rev: 7 }, { Posts: 3, VisitToSeen: 12 }));
  assert.deepEqual(line, {
    timestamp: '2026-11-24T12:00:00.000Z',
    level: 'INFO',
    component: 'updater',
    message: 'broadcast',
    rev: 7,
    service: 'updater',
    FunctionName: 'cr-updater',
    Posts: 3,
    VisitToSeen: 12,
    _aws: {
      Timestamp: NOW,
      CloudWatchMetrics: [
        {
          Namespace: 'CloudResume',
          Dimensions: [['service', 'FunctionName']],
          Metrics: [
            { Name: 'Posts', Unit: 'Count' },
            { Name: 'VisitToSeen', Unit: 'Milliseconds' },
          ],
        },
      ],
    },
  });
});

test('a line contains only its own metrics, and no envelope without any', () => {
  const [first, second, third] = logged((log) => {
    log('info', 'one', {}, { Posts: 1 });
    log('info', 'two', {}, { PostsGone: 2 });
    log('info', 'three', {}, {});
  });
  assert.equal(first?.['Posts'], 1);
  assert.deepEqual([second?.['Posts'], second?.['PostsGone']], [undefined, 2]);
  assert.ok(third && !('_aws' in third) && !('FunctionName' in third));
});

test('all metrics fit into one line', () => {
  const all = Object.fromEntries(Object.keys(METRICS).map((name) => [name, 1])) as Record<MetricName, number>;
  const [line] = logged((log) => log('info', 'all', {}, all));
  for (const name of Object.keys(METRICS)) assert.equal(line?.[name], 1);
});
