/** From Terraform's plan to its summary, the paths to invalidate and the progress. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { operations, readPlan, summarize } from './plan.ts';
import { pathsToInvalidate } from './invalidation.ts';
import { createProgress } from './progress.ts';

interface Given {
  type: string;
  name?: string;
  index?: string | number;
  actions: string[];
  before?: Record<string, unknown>;
  after?: Record<string, unknown>;
}

function plan(...given: Given[]) {
  return readPlan(
    JSON.stringify({
      resource_changes: given.map(({ type, name = 'this', index, actions, before = {}, after = {} }) => ({
        address: `${type}.${name}${index === undefined ? '' : `[${JSON.stringify(index)}]`}`,
        mode: 'managed',
        type,
        name,
        index,
        change: { actions, before, after, after_unknown: { arn: true } },
      })),
    }),
  );
}

const page = (index: string, ...actions: string[]): Given => ({
  type: 'aws_s3_object',
  name: 'page',
  index,
  actions,
});

test('lists changes with the arguments that differ, without computed ones', () => {
  const summary = summarize(
    plan(
      {
        type: 'aws_lambda_function',
        name: 'updater',
        actions: ['update'],
        before: { memory_size: 128, timeout: 10, arn: 'a' },
        after: { memory_size: 256, timeout: 10, arn: 'b' },
      },
      page('index.html', 'update'),
      { type: 'aws_apigatewayv2_deployment', actions: ['create', 'delete'] },
      { type: 'aws_budgets_budget', actions: ['delete'] },
      { type: 'aws_sqs_queue', actions: ['no-op'] },
    ),
  );
  assert.deepEqual(summary, [
    'change   aws_lambda_function.updater (memory_size)',
    'change   site file index.html',
    'replace  aws_apigatewayv2_deployment.this',
    'delete   aws_budgets_budget.this',
    '2 to change, 1 to replace, 1 to delete',
  ]);
});

test('counts many creations by service', () => {
  const roles = Array.from({ length: 13 }, (_, index): Given => ({
    type: 'aws_iam_role',
    index,
    actions: ['create'],
  }));
  assert.deepEqual(summarize(plan(...roles, page('index.html', 'create'))), [
    'create    13 IAM',
    'create     1 site files',
    '14 to create',
  ]);
});

test('says that nothing changes', () => {
  assert.deepEqual(summarize(plan()), ['Nothing to change: AWS matches what is here.']);
});

test('invalidates files that keep their name, and the root with index.html', () => {
  const asset: Given = { type: 'aws_s3_object', name: 'asset', index: 'a.1.css', actions: ['create'] };
  const paths = pathsToInvalidate(
    plan(page('index.html', 'update'), page('über uns.html', 'delete'), page('new.txt', 'create'), asset),
  );
  assert.deepEqual(paths, ['/', '/%C3%BCber%20uns.html', '/index.html', '/new.txt']);
});

test('invalidates nothing in a new distribution, and everything if there are many paths', () => {
  const distribution: Given = { type: 'aws_cloudfront_distribution', name: 'site', actions: ['create'] };
  assert.deepEqual(pathsToInvalidate(plan(distribution, page('index.html', 'create'))), []);
  const many = Array.from({ length: 31 }, (_, index) => page(`${index}.html`, 'update'));
  assert.deepEqual(pathsToInvalidate(plan(...many)), ['/*']);
});

test('progress counts a replacement as two and reports long waits twice a minute', () => {
  const total = operations(plan(page('a', 'create'), { type: 'x', actions: ['delete', 'create'] }));
  assert.equal(total, 3);
  const lines: string[] = [];
  const report = createProgress(total, (line) => lines.push(line));
  const event = (type: string, addr: string, elapsed_seconds: number, action = 'create') =>
    report({ type, '@message': '', hook: { resource: { addr }, action, elapsed_seconds } });
  event('apply_complete', 'x.y', 1, 'delete');
  const certificate = 'aws_acm_certificate_validation.site[0]';
  for (let seconds = 10; seconds <= 200; seconds += 10) event('apply_progress', certificate, seconds);
  event('apply_complete', certificate, 205);
  event('apply_errored', 'a.b', 3);
  assert.equal(lines[0], '  1/3 deleted x.y');
  assert.equal(lines.filter((line) => line.includes('still creating')).length, 6);
  assert.equal(lines.filter((line) => line.includes('registrar')).length, 1);
  assert.ok(lines.includes(`  2/3 created ${certificate} (3 min 25 s)`));
  assert.equal(lines.at(-1), '   ✗ creating a.b failed');
});
