/** Permissions that the emulated apply cannot exercise, and calls that every role must deny. */
import type { NeededPermission } from './permissions.ts';

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
  'ManageFunctions lambda:UpdateFunctionCode',
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

/** What a function's role must deny. */
export const functionProbes = (region: string): NeededPermission[] => [
  { action: 'dynamodb:PutItem', resource: `arn:aws:dynamodb:${region}:123456789012:table/another` },
  {
    action: 'dynamodb:DeleteTable',
    resource: `arn:aws:dynamodb:${region}:123456789012:table/cloud-resume-production-visitor-count`,
  },
  {
    action: 'dynamodb:DeleteItem',
    resource: `arn:aws:dynamodb:${region}:123456789012:table/cloud-resume-production-visitor-count`,
  },
  {
    action: 'dynamodb:Scan',
    resource: `arn:aws:dynamodb:${region}:123456789012:table/cloud-resume-production-visitor-count`,
  },
  {
    action: 'execute-api:ManageConnections',
    resource: `arn:aws:execute-api:${region}:123456789012:another/live/POST/@connections/abc=`,
  },
  { action: 'lambda:InvokeFunction', resource: `arn:aws:lambda:${region}:123456789012:function:another` },
  {
    action: 'lambda:UpdateFunctionCode',
    resource: `arn:aws:lambda:${region}:123456789012:function:cloud-resume-production-broadcaster`,
  },
  { action: 's3:GetObject', resource: 'arn:aws:s3:::cloud-resume-production-site-123456789012/index.html' },
  { action: 's3:PutObject', resource: 'arn:aws:s3:::cloud-resume-production-site-123456789012/index.html' },
  { action: 's3:PutObject', resource: 'arn:aws:s3:::cloud-resume-production-site-123456789012/count.svg' },
  {
    action: 's3:DeleteObject',
    resource: 'arn:aws:s3:::cloud-resume-production-site-123456789012/count.json',
  },
  { action: 'sns:Publish', resource: `arn:aws:sns:${region}:123456789012:another` },
  { action: 'sns:Subscribe', resource: `arn:aws:sns:${region}:123456789012:cloud-resume-production-alarms` },
  { action: 'sqs:SendMessage', resource: `arn:aws:sqs:${region}:123456789012:another` },
  {
    action: 'sqs:ReceiveMessage',
    resource: `arn:aws:sqs:${region}:123456789012:cloud-resume-production-broadcast-failures`,
  },
  {
    action: 'logs:PutLogEvents',
    resource: `arn:aws:logs:${region}:123456789012:log-group:/aws/lambda/another:log-stream:2026/01/01/[$LATEST]0`,
  },
  { action: 'iam:PassRole', resource: 'arn:aws:iam::123456789012:role/cloud-resume-production-updater' },
];
