/** A plan in a few lines, for people who decide about it. */
import type { Change, Plan } from './plan.ts';

/** Longer lists of new things are counted by kind. */
const LISTED = 12;

/** @returns lines without a newline at the end; one line where nothing changes */
export function summarize({ changes }: Plan): string[] {
  if (changes.length === 0) return ['Nothing to change: what is in AWS is what is here.'];
  const by = (action: Change['action']) => changes.filter((change) => change.action === action);
  return [
    ...created(by('create')),
    ...by('update').map((change) => `change   ${what(change)}${details(change)}`),
    ...by('replace').map((change) => `replace  ${what(change)}${details(change)}`),
    ...by('delete').map((change) => `delete   ${what(change)}`),
    totals(changes),
  ];
}

function totals(changes: Change[]): string {
  const words = { create: 'to create', update: 'to change', replace: 'to replace', delete: 'to delete' };
  return Object.entries(words)
    .map(([action, word]) => [changes.filter((change) => change.action === action).length, word] as const)
    .filter(([count]) => count > 0)
    .map(([count, word]) => `${count} ${word}`)
    .join(', ');
}

function created(changes: Change[]): string[] {
  if (changes.length <= LISTED) return changes.map((change) => `create   ${what(change)}`);
  const services = new Map<string, number>();
  for (const change of changes) {
    const service = isFile(change)
      ? 'site files'
      : (SERVICES.find(([prefix]) => change.type.startsWith(prefix))?.[1] ?? change.type);
    services.set(service, (services.get(service) ?? 0) + 1);
  }
  return [...services]
    .sort(([, a], [, b]) => b - a)
    .map(([service, count]) => `create   ${String(count).padStart(3)} ${service}`);
}

/** By the beginning of a resource's type; the first that fits. */
const SERVICES = [
  ['aws_apigateway', 'API Gateway'],
  ['aws_api_gateway', 'API Gateway'],
  ['aws_cloudfront', 'CloudFront'],
  ['aws_cloudwatch_event', 'EventBridge'],
  ['aws_cloudwatch_log', 'CloudWatch Logs'],
  ['aws_cloudwatch', 'CloudWatch'],
  ['aws_budgets', 'Budgets'],
  ['aws_acm', 'Certificate Manager'],
  ['aws_route53', 'Route 53'],
  ['aws_dynamodb', 'DynamoDB'],
  ['aws_iam', 'IAM'],
  ['aws_lambda', 'Lambda'],
  ['aws_sns', 'SNS'],
  ['aws_sqs', 'SQS'],
  ['aws_s3', 'S3'],
] as const;

function what(change: Change): string {
  return isFile(change) ? `site file ${change.index}` : change.address;
}

export function isFile({ type, index }: Change): boolean {
  return type === 'aws_s3_object' && index !== undefined;
}

function details({ differing }: Change): string {
  return differing.length === 0
    ? ''
    : ` (${differing.slice(0, 5).join(', ')}${differing.length > 5 ? ', …' : ''})`;
}
