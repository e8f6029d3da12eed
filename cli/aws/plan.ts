/** What a plan would change, from `terraform show -json`, and in a few lines for the person who decides. */

export interface Plan {
  changes: Change[];
  /** Output worst_case_usd_per_hour: `total`, and what it consists of. Undefined for a destroy. */
  worstCaseUsd?: Record<string, number> | undefined;
}

export interface Change {
  /** `aws_s3_object.page["index.html"]` */
  address: string;
  type: string;
  name: string;
  /** Key of `for_each`, number of `count`, or undefined. */
  index: string | number | undefined;
  action: 'create' | 'update' | 'replace' | 'delete';
  /** Arguments that differ; empty for creations and deletions. */
  differing: string[];
  /** Whether it is created again because something outside Terraform deleted it. */
  isLost?: boolean;
  /** Arguments after the change, as far as they are known; empty for deletions. */
  after: Record<string, unknown>;
}

interface PlanDocument {
  /** What changed outside Terraform since the last apply. */
  resource_drift?: { address: string; change: { actions: string[] } }[];
  planned_values?: { outputs?: { worst_case_usd_per_hour?: { value?: Record<string, number> } } };
  resource_changes?: {
    address: string;
    mode: string;
    type: string;
    name: string;
    index?: string | number;
    change: {
      actions: string[];
      before: Record<string, unknown> | null;
      after: Record<string, unknown> | null;
      after_unknown: Record<string, unknown>;
    };
  }[];
}

/** @param text output of `terraform show -json FILE` */
export function readPlan(text: string): Plan {
  const {
    resource_changes: changes = [],
    resource_drift: drift = [],
    planned_values: planned,
  } = JSON.parse(text) as PlanDocument;
  const lost = new Set(
    drift.filter(({ change }) => change.actions[0] === 'delete').map(({ address }) => address),
  );
  return {
    worstCaseUsd: planned?.outputs?.worst_case_usd_per_hour?.value,
    changes: changes.flatMap(({ address, mode, type, name, index, change }): Change[] => {
      const action = actionOf(change.actions);
      if (mode !== 'managed' || action === undefined) return [];
      return [
        {
          address,
          type,
          name,
          index,
          action,
          differing: differing(change),
          isLost: lost.has(address),
          after: change.after ?? {},
        },
      ];
    }),
  };
}

function actionOf(actions: string[]): Change['action'] | undefined {
  if (actions.length === 2) return 'replace';
  const [action] = actions;
  return action === 'create' || action === 'update' || action === 'delete' ? action : undefined;
}

function differing({
  before,
  after,
  after_unknown: unknown,
}: NonNullable<PlanDocument['resource_changes']>[number]['change']): string[] {
  if (!before || !after) return [];
  return Object.keys({ ...before, ...after }).filter(
    (key) =>
      // Computed values only follow from others.
      unknown[key] !== true && JSON.stringify(before[key]) !== JSON.stringify(after[key]),
  );
}

/** The most that any load can cost, in one line; empty for a plan without the output. */
export function describeWorstCase({ worstCaseUsd }: Plan): string {
  if (!worstCaseUsd) return '';
  const { total, ...parts } = worstCaseUsd;
  const largest = Object.entries(parts)
    .sort(([, a], [, b]) => b - a)
    .slice(0, 3)
    .map(([part, usd]) => `${part.replaceAll('_', ' ')} $${usd.toFixed(2)}`);
  return `At these limits the counter costs at most about $${total!.toFixed(2)} an hour, whatever the traffic: ${largest.join(', ')} … (docs/cost.md)`;
}

/** How many operations an apply takes: a replacement is two. */
export function operations({ changes }: Plan): number {
  return changes.reduce((sum, { action }) => sum + (action === 'replace' ? 2 : 1), 0);
}

/** Longer lists of creations are counted by service. */
const LISTED = 12;

/** @returns lines; one where nothing changes */
export function summarize({ changes }: Plan): string[] {
  if (changes.length === 0) return ['Nothing to change: AWS matches what is here.'];
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

/** By the beginning of a resource's type; the first match counts. */
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
