/** What a deploy says before it asks, and when it is done. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { loadConfiguration } from '../configuration/index.ts';
import { afterDeploy, beforeDeploy, monthlyUsd } from './deploy-notes.ts';
import { EMPTY_DEPLOY_STATE } from './deploy-state.ts';
import { OUTPUTS } from './environment.ts';
import type { Change, Plan } from './plan.ts';

const configuration = await loadConfiguration({ file: 'test/fixtures/cloud-resume.json', variables: {} });
const plan = (...changes: [type: string, action: Change['action']][]): Plan => ({
  changes: changes.map(([type, action]) => ({
    address: `${type}.site`,
    type,
    name: 'site',
    index: undefined,
    action,
    differing: [],
    after: {},
  })),
});

test('a month costs what docs/cost.md says', () => {
  const cost = readFileSync('docs/cost.md', 'utf8');
  for (const visits of [0, 1_000])
    assert.match(
      cost,
      new RegExp(
        `^\\| ${visits.toLocaleString('en')} \\|.*\\*\\*\\$${monthlyUsd(visits).toFixed(2)}\\*\\* \\|$`,
        'm',
      ),
    );
});

test('before the first deploy: cost, time and how to undo it', async () => {
  const zone = await loadConfiguration({
    file: 'test/fixtures/cloud-resume.json',
    variables: { CLOUD_RESUME_DOMAIN: 'example.com', CLOUD_RESUME_HOSTED_ZONE_ID: 'Z0123456789' },
  });
  assert.deepEqual(beforeDeploy(plan(['aws_cloudfront_distribution', 'create']), zone, EMPTY_DEPLOY_STATE), [
    'Cost   about $0.03 a month without visitors, $0.05 with 1,000, and $0.50 for the hosted zone (docs/cost.md)',
    'Time   about 10 minutes, most of them for CloudFront',
    'Undo   npm run destroy tears everything down and offers to export the count',
  ]);
});

for (const [changes, expected] of [
  [[['aws_s3_object', 'update']], /^Time {3}about a minute$/],
  [[['aws_cloudfront_distribution', 'update']], /^Time {3}about 5 minutes/],
  [[['aws_acm_certificate_validation', 'create']], /^Time {3}about 15 minutes.* the certificate$/],
] as const)
  test(`estimates the time of ${changes[0].join(' ')}`, () => {
    const lines = beforeDeploy(plan(...(changes as unknown as Parameters<typeof plan>)), configuration, {
      ...EMPTY_DEPLOY_STATE,
      live: 'a-commit',
    });
    assert.match(lines[1]!, expected);
    assert.match(lines[2]!, /^Undo {3}npm run rollback deploys the last good release; npm run destroy /);
  });

test('after the first deploy: statistics, doctor, domain and alarms', () => {
  const lines = afterDeploy(OUTPUTS, configuration, plan(['aws_cloudfront_distribution', 'create'])).join(
    '\n',
  );
  for (const expected of [
    /npm run stats -- --env production/,
    /npm run doctor -- --env/,
    /set domain in/,
    /set alarmEmail/,
  ])
    assert.match(lines, expected);
});

test('after a deploy with DNS elsewhere: the records to create', async () => {
  const domain = await loadConfiguration({
    file: 'test/fixtures/cloud-resume.json',
    variables: { CLOUD_RESUME_DOMAIN: 'example.com' },
  });
  const record = { name: '_x.example.com', type: 'CNAME', value: '_y.acm.example', purpose: 'certificate' };
  const [first, second, apex, third] = afterDeploy({ ...OUTPUTS, dnsRecords: [record] }, domain, plan());
  assert.match(first!, /example\.com is not in use yet/);
  assert.match(second!, /CNAME _x\.example\.com {2}→ {2}_y\.acm\.example/);
  assert.match(apex!, /ALIAS or ANAME/);
  assert.match(third!, /npm run deploy again/);
});
