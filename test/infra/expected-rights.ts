/** Permissions that the emulated apply cannot exercise, and calls that every role must deny. */
import { ACCOUNT, type NeededPermission } from './permissions.ts';

/** Rights of the production role that no call here needs: in-place updates, removed tags, certificates. */
export const NOT_TRIED = [
  'ManageAlarms cloudwatch:UntagResource',
  'ManageBudget budgets:UntagResource',
  'ManageCertificates acm:AddTagsToCertificate',
  'ManageCertificates acm:DeleteCertificate',
  'ManageCertificates acm:RemoveTagsFromCertificate',
  'ManageSchedule events:UntagResource',
  'ManageDistribution cloudfront:TagResource',
  'ManageDistribution cloudfront:UntagResource',
  'ManageFunctions lambda:GetFunctionConfiguration',
  'ManageFunctions lambda:UntagResource',
  'ManageFunctions lambda:UpdateFunctionConfiguration',
  'ManageGateway apigateway:PATCH',
  'ManageGateway apigateway:TagResource',
  'ManageGateway apigateway:UntagResource',
  'ManageHeadersAndAccess cloudfront:UpdateOriginAccessControl',
  'ManageHeadersAndAccess cloudfront:UpdateResponseHeadersPolicy',
  'ManageLogGroups logs:UntagResource',
  'ManageMapping lambda:UpdateEventSourceMapping',
  'ManageQueue sqs:SetQueueAttributes',
  'ManageQueue sqs:UntagQueue',
  'ManageRoles iam:UntagRole',
  'ManageRoles iam:UpdateAssumeRolePolicy',
  'ManageRoles iam:UpdateRoleDescription',
  'ManageRolesWithinBoundary iam:PutRolePermissionsBoundary',
  'ManageSite s3:TagResource',
  'ManageSite s3:UntagResource',
  'ManageTables dynamodb:UntagResource',
  'ManageTopics sns:UntagResource',
  'PublishSiteFiles s3:DeleteObject',
  'ReadCertificates acm:DescribeCertificate',
  'ReadCertificates acm:ListTagsForCertificate',
  'ReadSite s3:ListTagsForResource',
  'RequestCertificate acm:RequestCertificate',
  'TagMapping lambda:TagResource',
  'TagMapping lambda:UntagResource',
  'TagNewCertificate acm:AddTagsToCertificate',
];

type Probe = [action: string, resource: string, context?: Record<string, string>];

const denied = (calls: Probe[]): NeededPermission[] =>
  calls.map(([action, resource, context]) => ({ action, resource, ...(context && { context }) }));

/** What a function's role must deny. */
export function functionProbes(region: string): NeededPermission[] {
  const arn = (service: string, name: string) => `arn:aws:${service}:${region}:${ACCOUNT}:${name}`;
  const count = arn('dynamodb', 'table/cloud-resume-production-visitor-count');
  const site = `arn:aws:s3:::cloud-resume-production-site-${ACCOUNT}`;
  return denied([
    ['dynamodb:PutItem', arn('dynamodb', 'table/another')],
    ['dynamodb:DeleteTable', count],
    ['dynamodb:DeleteItem', count],
    ['dynamodb:Scan', count],
    ['execute-api:ManageConnections', arn('execute-api', 'another/live/POST/@connections/abc=')],
    ['lambda:InvokeFunction', arn('lambda', 'function:another')],
    ['lambda:UpdateFunctionCode', arn('lambda', 'function:cloud-resume-production-broadcaster')],
    ['s3:GetObject', `${site}/index.html`],
    ['s3:PutObject', `${site}/index.html`],
    ['s3:PutObject', `${site}/count.svg`],
    ['s3:DeleteObject', `${site}/count.json`],
    ['sns:Publish', arn('sns', 'another')],
    ['sns:Subscribe', arn('sns', 'cloud-resume-production-alarms')],
    ['sqs:SendMessage', arn('sqs', 'another')],
    ['sqs:ReceiveMessage', arn('sqs', 'cloud-resume-production-broadcast-failures')],
    ['logs:PutLogEvents', arn('logs', 'log-group:/aws/lambda/another:log-stream:2026/01/01/[$LATEST]0')],
    ['iam:PassRole', `arn:aws:iam::${ACCOUNT}:role/cloud-resume-production-updater`],
  ]);
}

/** What every role of the pipeline must deny. */
export function probes(region: string, bucket: string): NeededPermission[] {
  const arn = (service: string, name: string) => `arn:aws:${service}:${region}:${ACCOUNT}:${name}`;
  const role = (name: string) => `arn:aws:iam::${ACCOUNT}:role/${name}`;
  const state = `arn:aws:s3:::${bucket}`;
  const distribution = `arn:aws:cloudfront::${ACCOUNT}:distribution/EANOTHER`;
  const api = `arn:aws:apigateway:${region}::/apis/another`;
  const owned = { 'aws:ResourceTag/Project': 'another', 'aws:ResourceTag/Environment': 'production' };
  const asked = { 'aws:RequestTag/Project': 'cloud-resume', 'aws:RequestTag/Environment': 'production' };
  return denied([
    // Changing itself, the other roles, and people's access.
    ...['production', 'preview', 'plan'].flatMap((name) =>
      ['iam:PutRolePolicy', 'iam:AttachRolePolicy', 'iam:UpdateAssumeRolePolicy', 'iam:PassRole'].map(
        (action): Probe => [action, role(`cloud-resume-github-${name}`)],
      ),
    ),
    ['iam:CreatePolicyVersion', `arn:aws:iam::${ACCOUNT}:policy/cloud-resume-production-functions`],
    ['iam:CreateUser', `arn:aws:iam::${ACCOUNT}:user/mallory`],
    ['iam:CreateAccessKey', `arn:aws:iam::${ACCOUNT}:user/mallory`],
    // A role without the boundary, or one that another service can assume.
    ['iam:CreateRole', role('cloud-resume-production-updater')],
    ['iam:CreateRole', role('cloud-resume-pr-12-updater')],
    ['iam:DeleteRolePermissionsBoundary', role('cloud-resume-production-updater')],
    ['iam:AttachRolePolicy', role('cloud-resume-production-updater')],
    ['iam:PassRole', role('cloud-resume-production-updater'), { 'iam:PassedToService': 'ec2.amazonaws.com' }],
    ['iam:PassRole', role('admin'), { 'iam:PassedToService': 'lambda.amazonaws.com' }],
    // Resources of other projects.
    ['dynamodb:DeleteTable', arn('dynamodb', 'table/another')],
    ['dynamodb:DeleteTable', arn('dynamodb', 'table/cloud-resume-staging-visitor-count')],
    ['lambda:UpdateFunctionCode', arn('lambda', 'function:another')],
    ['lambda:CreateEventSourceMapping', '*', { 'lambda:FunctionArn': arn('lambda', 'function:another') }],
    ['s3:PutObject', 'arn:aws:s3:::another/file'],
    ['s3:DeleteBucket', 'arn:aws:s3:::another'],
    ['s3:ListAllMyBuckets', '*'],
    ['cloudfront:UpdateDistribution', distribution, owned],
    ['cloudfront:TagResource', distribution, { ...owned, ...asked }],
    ['acm:DeleteCertificate', `arn:aws:acm:us-east-1:${ACCOUNT}:certificate/another`, owned],
    ['sns:Publish', arn('sns', 'cloud-resume-production-alarms')],
    ['sqs:DeleteQueue', arn('sqs', 'another')],
    ['logs:DeleteLogGroup', arn('logs', 'log-group:/aws/lambda/another')],
    ['apigateway:DELETE', `arn:aws:apigateway:${region}::/restapis/another`],
    ['route53:ChangeResourceRecordSets', 'arn:aws:route53:::hostedzone/ZANOTHER'],
    // APIs of other projects and environments.
    ['apigateway:DELETE', api, { 'apigateway:Resource/ApiName': 'another-production-counter' }],
    ['apigateway:DELETE', api, { 'apigateway:Resource/ApiName': 'cloud-resume-staging-counter' }],
    ['apigateway:PATCH', api, { 'aws:ResourceTag/Environment': 'staging' }],
    // The history of a state.
    ['s3:DeleteObjectVersion', `${state}/cloud-resume/production/terraform.tfstate`],
    // The state bucket itself, and other states.
    ['s3:DeleteBucket', state],
    ['s3:PutBucketPolicy', state],
    ['s3:DeleteObjectVersion', `${state}/cloud-resume/staging/terraform.tfstate`],
    ['s3:GetObject', `${state}/bootstrap/cloud-resume/terraform.tfstate`],
    ['s3:PutObject', `${state}/bootstrap/cloud-resume/terraform.tfstate`],
    ['s3:GetObject', `${state}/cloud-resume/staging/terraform.tfstate`],
    // Other services.
    ['sts:AssumeRole', role('admin')],
    ['ec2:RunInstances', arn('ec2', 'instance/i-0')],
    ['kms:Decrypt', arn('kms', 'key/another')],
    ['secretsmanager:GetSecretValue', arn('secretsmanager', 'secret:another')],
  ]);
}
