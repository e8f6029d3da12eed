/** Which IAM permissions the functions' AWS calls need, and whether a role's policies allow them. */
import { pathToFileURL } from 'node:url';
import { join } from 'node:path';
import { tool } from '../support/tools.ts';
import { elements, type AwsReader } from './aws-reader.ts';

export const ACCOUNT = '123456789012';

/** One line of record-calls.mjs. */
export interface RecordedCall {
  functionName: string;
  service: string;
  method: string;
  path: string;
  target: string;
  body: string;
}

export interface NeededPermission {
  action: string;
  resource: string;
  /** Condition keys of the request and their values. */
  context?: Record<string, string>;
}

type TransactItem = Record<'Put' | 'Update' | 'Delete' | 'ConditionCheck', { TableName: string } | undefined>;

const TRANSACT_ACTIONS = {
  Put: 'dynamodb:PutItem',
  Update: 'dynamodb:UpdateItem',
  Delete: 'dynamodb:DeleteItem',
  ConditionCheck: 'dynamodb:ConditionCheckItem',
} as const;

/** Facts: a transaction needs its items' permissions; @connections resources consist of stage, method and path. */
export function neededBy(call: RecordedCall, region: string, apiId: string): NeededPermission[] {
  const table = (name: string) => `arn:aws:dynamodb:${region}:${ACCOUNT}:table/${name}`;
  switch (call.service) {
    case 'dynamodb': {
      // Opens the connection, and needs no permission.
      if (call.method === 'GET') return [];
      const operation = call.target.split('.')[1]!;
      const input = JSON.parse(call.body);
      if (operation === 'TransactWriteItems')
        return (input.TransactItems as TransactItem[]).flatMap((item) =>
          Object.entries(TRANSACT_ACTIONS).flatMap(([kind, action]) => {
            const write = item[kind as keyof TransactItem];
            return write ? [{ action, resource: table(write.TableName) }] : [];
          }),
        );
      if (operation === 'BatchGetItem')
        return Object.keys(input.RequestItems).map((name) => ({
          action: 'dynamodb:BatchGetItem',
          resource: table(name),
        }));
      return [{ action: `dynamodb:${operation}`, resource: table(input.TableName) }];
    }
    case 'execute-api': {
      const [, stage, ...rest] = decodeURIComponent(call.path).split('/');
      return [
        {
          action: 'execute-api:ManageConnections',
          resource: `arn:aws:execute-api:${region}:${ACCOUNT}:${apiId}/${stage}/${call.method}/${rest.join('/')}`,
        },
      ];
    }
    case 'lambda': {
      const name = decodeURIComponent(call.path).match(/\/functions\/([^/]+)\/invocations/)?.[1];
      return [
        { action: 'lambda:InvokeFunction', resource: `arn:aws:lambda:${region}:${ACCOUNT}:function:${name}` },
      ];
    }
    case 's3': {
      const action = call.method === 'GET' ? 's3:GetObject' : 's3:PutObject';
      // The local cloud's endpoint has the bucket in its path.
      return [{ action, resource: `arn:aws:s3:::${call.path.slice(1)}` }];
    }
    case 'sns':
      return [{ action: 'sns:Publish', resource: new URLSearchParams(call.body).get('TopicArn')! }];
    default:
      throw new Error(`A function called ${call.service}, which no role knows: ${call.method} ${call.path}`);
  }
}

export interface Statement {
  Sid: string;
  Effect: string;
  Action: string | string[];
  Resource: string | string[];
  Condition?: Record<string, Record<string, string>>;
}

export interface Role {
  name: string;
  policies: { name: string; policy: { Statement: Statement[] } }[];
}

/** The role of a function, with its inline policies. */
export async function readRole(aws: AwsReader, name: string): Promise<Role> {
  const version = { Version: '2010-05-08', RoleName: name };
  const list = await aws.query('iam', { Action: 'ListRolePolicies', ...version });
  const attached = await aws.query('iam', { Action: 'ListAttachedRolePolicies', ...version });
  if (elements(attached, 'PolicyArn').length > 0) throw new Error(`${name} has attached policies.`);
  const policies = elements(list, 'member').map(async (PolicyName) => {
    const answer = await aws.query('iam', { Action: 'GetRolePolicy', PolicyName, ...version });
    const text = elements(answer, 'PolicyDocument')[0]!;
    return { name: PolicyName, policy: JSON.parse(text.startsWith('%') ? decodeURIComponent(text) : text) };
  });
  return { name, policies: await Promise.all(policies) };
}

/** Whether a role allows a call, and by which statements (Sids). */
export type Evaluator = (role: Role, needed: NeededPermission) => Promise<{ allowed: boolean; by: string[] }>;

interface Simulator {
  runSimulation(simulation: unknown, options: unknown): Promise<any>;
}

/** IAM's evaluation, offline. The simulator has 19 MB and is downloaded on demand. */
export async function createEvaluator(): Promise<Evaluator> {
  const folder = await tool('@cloud-copilot/iam-simulate', '0.1.173');
  const entry = pathToFileURL(join(folder, 'dist/esm/index.js')).href;
  const { runSimulation } = (await import(entry)) as Simulator;
  return async (role, { action, resource, context = {} }) => {
    const answer = await runSimulation(
      {
        identityPolicies: forSimulator(role.policies, resource),
        serviceControlPolicies: [],
        resourceControlPolicies: [],
        request: {
          action,
          principal: `arn:aws:iam::${ACCOUNT}:role/${role.name}`,
          resource: { accountId: ACCOUNT, resource },
          contextVariables: context,
        },
      },
      {},
    );
    if (answer.resultType !== 'single')
      throw new Error(`${action} on ${resource}: ${JSON.stringify(answer.errors ?? answer)}`);
    return {
      allowed: answer.overallResult === 'Allowed',
      by: (answer.result.analysis.identityAnalysis?.allowStatements ?? []).map(
        (statement: { explain: { identifier: string } }) => statement.explain.identifier,
      ),
    };
  };
}

/**
 * The simulator knows no wildcard in the first part of a resource, which is a type for most services. For execute-api it is an API's
 * id, and AWS's own examples use `*` there: so the requested id takes its place.
 */
function forSimulator(policies: Role['policies'], resource: string): Role['policies'] {
  const api = /:execute-api:[^:]*:[^:]*:([^/]+)\//.exec(resource)?.[1];
  if (!api) return policies;
  const text = JSON.stringify(policies).replaceAll(/(:execute-api:[^:"]*:[^:"]*:)\*\//g, `$1${api}/`);
  return JSON.parse(text) as Role['policies'];
}
