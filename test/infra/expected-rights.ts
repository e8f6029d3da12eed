/** What the emulated apply cannot show of the roles, and what nobody may do. */
import type { NeededPermission } from './permissions.ts';

/** Rights of production that no call here needed: what changes in place, or loses a tag, and certificates. */
export const NOT_TRIED = [
  'KeepAlarms cloudwatch:UntagResource',
  'KeepBudget budgets:UntagResource',
  'KeepCertificates acm:AddTagsToCertificate',
  'KeepCertificates acm:DeleteCertificate',
  'KeepCertificates acm:RemoveTagsFromCertificate',
  'KeepClock events:UntagResource',
  'KeepDistribution cloudfront:TagResource',
  'KeepDistribution cloudfront:UntagResource',
  'KeepFunctions lambda:GetFunctionConfiguration',
  'KeepFunctions lambda:UntagResource',
  'KeepFunctions lambda:UpdateFunctionCode',
  'KeepFunctions lambda:UpdateFunctionConfiguration',
  'KeepGateway apigateway:PATCH',
  'KeepGateway apigateway:TagResource',
  'KeepGateway apigateway:UntagResource',
  'KeepHeadersAndAccess cloudfront:UpdateOriginAccessControl',
  'KeepHeadersAndAccess cloudfront:UpdateResponseHeadersPolicy',
  'KeepLogGroups logs:UntagResource',
  'KeepMapping lambda:UpdateEventSourceMapping',
  'KeepQueue sqs:SetQueueAttributes',
  'KeepQueue sqs:UntagQueue',
  'KeepRoles iam:UntagRole',
  'KeepRoles iam:UpdateAssumeRolePolicy',
  'KeepRoles iam:UpdateRoleDescription',
  'KeepRolesWithinBoundary iam:PutRolePermissionsBoundary',
  'KeepTables dynamodb:UntagResource',
  'KeepTopics sns:UntagResource',
  'PublishSiteFiles s3:DeleteObject',
  'ReadCertificates acm:DescribeCertificate',
  'ReadCertificates acm:ListTagsForCertificate',
  'RequestCertificate acm:RequestCertificate',
  'TagMapping lambda:TagResource',
  'TagMapping lambda:UntagResource',
  'TagNewCertificate acm:AddTagsToCertificate',
];

/** Nobody who holds a function's role may do this. */
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
