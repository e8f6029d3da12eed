import assert from 'node:assert/strict';
import { test } from 'node:test';
import { loadConfiguration } from '../configuration/index.ts';
import { diagnose, type Diagnostic } from './diagnosis.ts';

const configuration = await loadConfiguration({
  file: 'test/fixtures/cloud-resume.json',
  variables: {
    CLOUD_RESUME_DOMAIN: 'example.com',
    CLOUD_RESUME_HOSTED_ZONE_ID: 'Z0123456789',
    CLOUD_RESUME_REGION: 'eu-central-1',
  },
});

/** Texts as Terraform 1.11 and the provider 5.100 write them. */
const CASES: [name: string, diagnostic: Partial<Diagnostic>, message: RegExp, remedy: RegExp][] = [
  [
    'a locked state',
    {
      summary: 'Error acquiring the state lock',
      detail:
        'Error message: operation error S3: PutObject, https response error StatusCode: 412, RequestID: X, api error PreconditionFailed: At least one of the pre-conditions you specified did not hold\nLock Info:\n  ID:        9ad1c2f4-2f53-7f5e-3f0c-1d2ab0f8c111\n  Path:      bucket/key\n  Operation: OperationTypeApply\n  Who:       ada@example\n  Version:   1.11.4\n  Created:   2026-01-02 03:04:05.000000006 +0000 UTC\n  Info:      \n\n\nTerraform acquires a state lock to protect the state from being written\nby multiple users at the same time.',
    },
    /^The state is locked by ada@example \(apply\) since 2026-01-02 03:04:05/,
    /--unlock 9ad1c2f4-2f53-7f5e-3f0c-1d2ab0f8c111$/,
  ],
  [
    'a bucket name that is taken',
    {
      address: 'aws_s3_bucket.site',
      summary:
        'creating S3 Bucket (cloud-resume-production-site-123456789012): operation error S3: CreateBucket, https response error StatusCode: 409, RequestID: X, HostID: , BucketAlreadyExists: ',
    },
    /name of the site’s bucket is taken/,
    /set siteBucketName in test\/fixtures\/cloud-resume\.json \(or CLOUD_RESUME_SITE_BUCKET_NAME\)/,
  ],
  [
    'a certificate stuck in validation',
    {
      address: 'aws_acm_certificate_validation.site[0]',
      summary:
        "waiting for ACM Certificate (arn:aws:acm:us-east-1:123456789012:certificate/a) to be issued: timeout while waiting for state to become 'ISSUED' (last state: 'PENDING_VALIDATION', timeout: 30m0s)",
    },
    /certificate of example\.com is stuck in validation/,
    /registrar[^]*get-hosted-zone --id Z0123456789[^]*npm run deploy: it continues to wait/,
  ],
  [
    'a certificate refused by CAA',
    {
      address: 'aws_acm_certificate_validation.site[0]',
      summary:
        "waiting for ACM Certificate (arn) to be issued: unexpected state 'FAILED', wanted target 'ISSUED'. last error: CAA_ERROR",
    },
    /CAA record/,
    /0 issue "amazon\.com"/,
  ],
  [
    'a throttled API',
    {
      address: 'aws_lambda_permission.gateway["ping"]',
      summary:
        'operation error Lambda: AddPermission, exceeded maximum number of attempts, 25, https response error StatusCode: 429, RequestID: X, TooManyRequestsException: Rate exceeded',
    },
    /keeps throttling[^]*aws_lambda_permission\.gateway\["ping"\]/,
    /Wait a few minutes and run npm run deploy/,
  ],
  [
    'no credentials',
    {
      summary: 'No valid credential sources found',
      detail:
        'Please see https://registry.terraform.io/providers/hashicorp/aws\nfor more information about providing credentials.\n\nError: failed to refresh cached credentials, no EC2 IMDS role found',
    },
    /no AWS credentials/,
    /aws sso login/,
  ],
  [
    'credentials that expire during the apply',
    {
      address: 'aws_iam_role.updater',
      summary:
        'creating IAM Role (x): operation error IAM: CreateRole, https response error StatusCode: 403, RequestID: X, api error ExpiredToken: The security token included in the request is expired',
    },
    /credentials have expired/,
    /it continues where it stopped/,
  ],
  [
    'a missing permission',
    {
      address: 'aws_iam_role.updater',
      summary:
        'creating IAM Role (x): operation error IAM: CreateRole, https response error StatusCode: 403, RequestID: X, api error AccessDenied: User: arn:aws:iam::123456789012:user/me is not authorized to perform: iam:CreateRole on resource: arn:aws:iam::123456789012:role/x',
    },
    /may not iam:CreateRole \(aws_iam_role\.updater\)/,
    /administrator/,
  ],
  [
    'a domain that another distribution has',
    {
      address: 'aws_cloudfront_distribution.site',
      summary:
        'creating CloudFront Distribution: operation error CloudFront: CreateDistributionWithTags, https response error StatusCode: 409, RequestID: X, CNAMEAlreadyExists: One or more of the CNAMEs you provided are already associated with a different resource.',
    },
    /Another CloudFront distribution already answers for example\.com/,
    /change domain in cloud-resume\.json|change CLOUD_RESUME_DOMAIN/,
  ],
  [
    'an account that is new to CloudFront',
    {
      address: 'aws_cloudfront_distribution.site',
      summary:
        'creating CloudFront Distribution: operation error CloudFront: CreateDistributionWithTags, https response error StatusCode: 403, RequestID: X, AccessDenied: Your account must be verified before you can add new CloudFront resources. To verify your account, please contact AWS Support',
    },
    /not verified this account for CloudFront/,
    /console\.aws\.amazon\.com\/support/,
  ],
  [
    'a resource that a killed run left',
    {
      address: 'aws_cloudwatch_log_group.updater',
      summary:
        'creating CloudWatch Logs Log Group (/aws/lambda/x): operation error CloudWatch Logs: CreateLogGroup, https response error StatusCode: 400, RequestID: X, ResourceAlreadyExistsException: The specified log group already exists',
    },
    /aws_cloudwatch_log_group\.updater already exists in the account/,
    /Delete it in the console/,
  ],
  [
    'a plan that is out of date',
    {
      summary: 'Saved plan is stale',
      detail:
        'The given plan file can no longer be applied because the state was changed by another operation after the plan was created.',
    },
    /plan is out of date/,
    /npm run deploy$/,
  ],
  [
    'anything else, in its own words',
    { address: 'aws_sqs_queue.broadcast_failures', summary: 'Something new', detail: 'With details.' },
    /^aws_sqs_queue\.broadcast_failures: Something new\n {2}With details\.$/,
    /run npm run deploy: it continues where it stopped/,
  ],
];

for (const [name, diagnostic, message, remedy] of CASES) {
  test(`explains ${name}`, () => {
    const explained = diagnose([error(diagnostic)], configuration, 'npm run deploy');
    assert.match(explained.message, message);
    assert.match(explained.remedy, remedy);
    assert.ok(
      (explained.cause as Error).message.includes(diagnostic.summary!),
      'keeps Terraform’s own words',
    );
  });
}

test('says the same thing once, leaves out warnings, and gives all remedies', () => {
  const throttled = error({ summary: 'ThrottlingException', address: 'a.b' });
  const { message, remedy } = diagnose(
    [
      throttled,
      throttled,
      { ...error({ summary: 'Deprecated' }), severity: 'warning' },
      error({ summary: 'Saved plan is stale' }),
    ],
    configuration,
    'npm run destroy',
  );
  assert.equal(message.split('\n').length, 2);
  assert.equal(remedy.split('\n').length, 2);
  assert.ok(!message.includes('Deprecated'));
});

function error(diagnostic: Partial<Diagnostic>): Diagnostic {
  return { severity: 'error', summary: '', detail: '', ...diagnostic };
}
