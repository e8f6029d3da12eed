/** IAM's evaluation, offline: which calls a role's policies allow. */
import assert from 'node:assert/strict';
import { pathToFileURL } from 'node:url';
import { join } from 'node:path';
import { tool } from '../support/tools.ts';
import { elements, type AwsReader } from './aws-reader.ts';

export const ACCOUNT = '123456789012';

export interface NeededPermission {
  action: string;
  resource: string;
  /** Condition keys of the request and their values. */
  context?: Record<string, string>;
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

export interface Evaluator {
  /**
   * @returns what was allowed by which action of which statement: `ManageQueue sqs:CreateQueue`
   * @throws {AssertionError} that lists everything the role does not allow
   */
  allows(role: Role, needed: readonly NeededPermission[]): Promise<Set<string>>;
  /** @throws {AssertionError} that lists everything the role allows */
  refuses(role: Role, probes: readonly NeededPermission[]): Promise<void>;
}

interface Simulator {
  runSimulation(simulation: unknown, options: unknown): Promise<any>;
}

/** The simulator has 19 MB and is downloaded on demand. */
export async function createEvaluator(): Promise<Evaluator> {
  const folder = await tool('@cloud-copilot/iam-simulate', '0.1.173');
  const entry = pathToFileURL(join(folder, 'dist/esm/index.js')).href;
  const { runSimulation } = (await import(entry)) as Simulator;
  /** @returns the statements (Sids) that allow a call; none if it is denied */
  const evaluate = async (role: Role, needed: NeededPermission): Promise<string[]> => {
    const { policies, action, resource, context = {} } = forSimulator(role.policies, needed);
    const answer = await runSimulation(
      {
        identityPolicies: policies,
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
    if (answer.overallResult !== 'Allowed') return [];
    const statements = answer.result.analysis.identityAnalysis.allowStatements;
    return statements.map((statement: { explain: { identifier: string } }) => statement.explain.identifier);
  };
  return {
    async allows(role, needed) {
      const used = new Set<string>();
      const refused: string[] = [];
      for (const permission of needed) {
        const statements = await evaluate(role, permission);
        if (statements.length === 0) refused.push(`${permission.action} on ${permission.resource}`);
        for (const sid of statements) used.add(`${sid} ${permission.action}`);
      }
      assert.deepEqual(refused, [], `${role.name} denies what it must allow`);
      return used;
    },
    async refuses(role, probes) {
      const allowed: string[] = [];
      for (const probe of probes)
        if ((await evaluate(role, probe)).length > 0) allowed.push(`${probe.action} on ${probe.resource}`);
      assert.deepEqual(allowed, [], `${role.name} allows what it must deny`);
    },
  };
}

/**
 * What the simulator does not know, in terms that it knows. It has only the resources of API Gateway's older API: a path of the newer one
 * becomes an id of the older one. It accepts no wildcard in the first part of a resource, which for execute-api is an API's id, where
 * AWS's own examples use `*`: the requested id takes its place.
 */
function forSimulator(policies: Role['policies'], needed: NeededPermission) {
  if (!/^(apigateway|execute-api):/.test(needed.action)) return { ...needed, policies };
  const older =
    needed.action === 'apigateway:POST' ? 'restapis/x/resources/x/methods/x/responses' : 'restapis';
  const api = /:execute-api:[^:]*:[^:]*:([^/]+)\//.exec(needed.resource)?.[1];
  const text = JSON.stringify({ ...needed, policies })
    .replaceAll(/(?<=:apigateway:[^:"]*::)\/([^"]+)/g, (_, path) => `/${older}/${path.replaceAll('/', '~')}`)
    .replaceAll(/(:execute-api:[^:"]*:[^:"]*:)\*\//g, `$1${api}/`);
  return JSON.parse(text) as NeededPermission & Pick<Role, 'policies'>;
}
