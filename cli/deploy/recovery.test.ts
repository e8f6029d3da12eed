/** What a run finds of one that was cut off. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { State } from '../terraform/state.ts';
import { importId } from './orphans.ts';
import { unfinishedIn } from './unfinished.ts';

test('what is tainted is kept where AWS has given it an id', () => {
  const state: State = {
    version: 4,
    outputs: {},
    resources: [
      {
        mode: 'managed',
        type: 'aws_s3_object',
        name: 'page',
        instances: [
          { index_key: 'index.html', status: 'tainted', attributes: { id: 'index.html' } },
          { index_key: 'robots.txt', attributes: { id: 'robots.txt' } },
        ],
      },
      {
        mode: 'managed',
        type: 'aws_sns_topic',
        name: 'site_alarms',
        instances: [{ index_key: 0, status: 'tainted', attributes: { id: null } }],
      },
      {
        mode: 'managed',
        type: 'aws_s3_bucket',
        name: 'site',
        instances: [{ status: 'tainted', attributes: { id: 'b' } }],
      },
    ],
  };
  assert.deepEqual(unfinishedIn(state), [
    { address: 'aws_s3_object.page["index.html"]', isThere: true },
    { address: 'aws_sns_topic.site_alarms[0]', isThere: false },
    { address: 'aws_s3_bucket.site', isThere: true },
  ]);
  assert.deepEqual(unfinishedIn(undefined), []);
});

const ids: [type: string, after: Record<string, unknown>, id: string | undefined][] = [
  ['aws_iam_role', { name: 'cloud-resume-production-updater' }, 'cloud-resume-production-updater'],
  ['aws_lambda_permission', { function_name: 'updater', statement_id: 'Gateway' }, 'updater/Gateway'],
  ['aws_cloudfront_distribution', { comment: 'x' }, undefined],
];
for (const [type, after, id] of ids) {
  test(`${type} is ${id ? `imported as ${id}` : 'not imported: it has no name that could be taken'}`, async () => {
    const change = { address: `${type}.x`, type, name: 'x', index: undefined, differing: [], after };
    const account = { id: '123456789012', arn: '' };
    assert.equal(await importId({ ...change, action: 'create' }, { region: 'eu-central-1', account }), id);
  });
}
