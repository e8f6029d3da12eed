/** What a deploy finds of one that was interrupted. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { serveHttp } from '../../test/support/http-server.ts';
import { ALREADY_EXISTS } from './errors.ts';
import type { State } from './state.ts';
import { importId } from './orphans.ts';
import { unfinishedIn } from './recovery.ts';

test('keeps tainted resources to which AWS has given an id', () => {
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
    { address: 'aws_s3_object.page["index.html"]', exists: true },
    { address: 'aws_sns_topic.site_alarms[0]', exists: false },
    { address: 'aws_s3_bucket.site', exists: true },
  ]);
  assert.deepEqual(unfinishedIn(undefined), []);
});

const ids: [type: string, after: Record<string, unknown>, id: string | undefined][] = [
  ['aws_iam_role', { name: 'cloud-resume-production-updater' }, 'cloud-resume-production-updater'],
  ['aws_lambda_permission', { function_name: 'updater', statement_id: 'Gateway' }, 'updater/Gateway'],
  ['aws_cloudfront_function', { name: 'cloud-resume-pr-1-stage' }, 'cloud-resume-pr-1-stage'],
  ['aws_budgets_budget', { name: 'cr-monthly' }, '123456789012:cr-monthly'],
  ['aws_sqs_queue', { name: 'cr-failures' }, undefined],
];
for (const [type, planned, id] of ids) {
  test(`${type} is ${id ? `imported as ${id}` : 'not imported: it is created again without an error'}`, async () => {
    assert.equal(await find(type, planned), id);
  });
}

for (const text of [
  'creating CloudFront Origin Access Control (x): operation error CloudFront: CreateOriginAccessControl, https response error StatusCode: 409, RequestID: X, OriginAccessControlAlreadyExists: An origin access control with the same name exists.',
  'creating CloudFront Response Headers Policy (x): operation error CloudFront: CreateResponseHeadersPolicy, https response error StatusCode: 409, RequestID: X, ResponseHeadersPolicyAlreadyExists: Response headers policy with the same name exists.',
  'creating Budget (x): operation error Budgets: CreateBudget, https response error StatusCode: 400, RequestID: X, DuplicateRecordException: Error creating budget: x.',
  "creating Route53 Record: operation error Route 53: ChangeResourceRecordSets, https response error StatusCode: 400, RequestID: X, InvalidChangeBatch: [Tried to create resource record set [name='example.com.', type='A'] but it already exists]",
]) {
  test(`recognizes a taken name by ${/(?<=RequestID: X, )\w+/.exec(text)![0]}`, () => {
    assert.match(text, ALREADY_EXISTS);
  });
}

describe('finds resources whose id is not their name', () => {
  let close: () => void;
  before(async () => {
    // Answers in the form of API Gateway's (v2), CloudFront's (2020-05-31) and Route 53's API (2013-04-01): the real clients read them.
    const aws = await serveHttp(({ url = '' }, response) => {
      if (url.startsWith('/v2/apis')) return response.end(apis(url));
      return response
        .writeHead(200, { 'content-type': 'text/xml' })
        .end(`<?xml version="1.0"?>\n${answer(url)}`);
    });
    close = aws.close;
    process.env['AWS_ENDPOINT_URL'] = aws.url;
    process.env['AWS_ACCESS_KEY_ID'] = process.env['AWS_SECRET_ACCESS_KEY'] = 'emulated';
  });
  after(() => close());

  for (const [type, named] of [
    ['aws_apigatewayv2_api', 'name'],
    ['aws_cloudfront_distribution', 'comment'],
    ['aws_cloudfront_origin_access_control', 'name'],
    ['aws_cloudfront_response_headers_policy', 'name'],
  ] as const) {
    test(`${type}: by its ${named}, on every page of the list`, async () => {
      assert.equal(await find(type, { [named]: 'another-site' }), 'E1');
      assert.equal(await find(type, { [named]: 'cr-site' }), 'E2');
      assert.equal(await find(type, { [named]: 'cr' }), undefined);
    });
  }

  test('aws_route53_record: only where it leads to what the plan says', async () => {
    const record = { zone_id: 'Z1', name: 'example.com', type: 'A' };
    const leadingTo = (name?: string) => find('aws_route53_record', { ...record, alias: [{ name }] });
    assert.equal(await leadingTo('d1.cloudfront.net'), 'Z1_example.com_A');
    assert.equal(await leadingTo('d2.cloudfront.net'), undefined);
    assert.equal(await leadingTo(), undefined);
  });
});

function find(type: string, planned: Record<string, unknown>): Promise<string | undefined> {
  const change = { address: `${type}.x`, type, name: 'x', index: undefined, differing: [], after: planned };
  const account = { id: '123456789012', arn: '' };
  return importId({ ...change, action: 'create' }, { region: 'eu-central-1', account });
}

function apis(url: string): string {
  return JSON.stringify(
    url.includes('nextToken=E1')
      ? { items: [{ apiId: 'E2', name: 'cr-site' }] }
      : { items: [{ apiId: 'E1', name: 'another-site' }], nextToken: 'E1' },
  );
}

/** Two pages with one item each; the second item is the wanted one. */
function answer(url: string): string {
  const [id, name, next] = url.includes('Marker=E1')
    ? ['E2', 'cr-site', '']
    : ['E1', 'another-site', '<NextMarker>E1</NextMarker>'];
  if (url.includes('/distribution'))
    return `<DistributionList>${next}<IsTruncated>${next !== ''}</IsTruncated><Items><DistributionSummary><Id>${id}</Id><Comment>${name}</Comment></DistributionSummary></Items></DistributionList>`;
  if (url.includes('/origin-access-control'))
    return `<OriginAccessControlList>${next}<Items><OriginAccessControlSummary><Id>${id}</Id><Name>${name}</Name></OriginAccessControlSummary></Items></OriginAccessControlList>`;
  if (url.includes('/response-headers-policy'))
    return `<ResponseHeadersPolicyList>${next}<Items><ResponseHeadersPolicySummary><ResponseHeadersPolicy><Id>${id}</Id><ResponseHeadersPolicyConfig><Name>${name}</Name></ResponseHeadersPolicyConfig></ResponseHeadersPolicy></ResponseHeadersPolicySummary></Items></ResponseHeadersPolicyList>`;
  return '<ListResourceRecordSetsResponse><ResourceRecordSets><ResourceRecordSet><Name>example.com.</Name><Type>A</Type><AliasTarget><HostedZoneId>Z2FDTNDATAQYW2</HostedZoneId><DNSName>d1.cloudfront.net.</DNSName><EvaluateTargetHealth>false</EvaluateTargetHealth></AliasTarget></ResourceRecordSet></ResourceRecordSets><IsTruncated>false</IsTruncated><MaxItems>1</MaxItems></ListResourceRecordSetsResponse>';
}
