/** A VisitorCount table that is there, but in no state: a destroy has kept it, or a killed run has left it. */
import { DescribeTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { inAws } from './errors.ts';
import type { Configuration } from '../configuration/index.ts';
import type { State } from './state.ts';
import type { Workspace } from './workspace.ts';

export const COUNT_ADDRESS = 'aws_dynamodb_table.visitor_count';

/** As infra/visitor_count.tf names it. */
export function countTable({ prefix }: Configuration): string {
  return `${prefix}-visitor-count`;
}

export function holdsCount(state: State | undefined): boolean {
  return (state?.resources ?? []).some(
    ({ mode, type, name, instances }) =>
      mode === 'managed' && `${type}.${name}` === COUNT_ADDRESS && instances.length > 0,
  );
}

export async function tableExists({ region }: Configuration, TableName: string): Promise<boolean> {
  return inAws(`look for the table ${TableName}`, region, async () => {
    try {
      await new DynamoDBClient({ region }).send(new DescribeTableCommand({ TableName }));
      return true;
    } catch (error) {
      if ((error as Error).name === 'ResourceNotFoundException') return false;
      throw error;
    }
  });
}

/** As many shards as the count is spread over, where the configuration names no number: with fewer, visits would be lost from sight. */
export function keptShards(
  { counterShards }: Pick<Configuration['settings'], 'counterShards'>,
  state: State | undefined,
): { counter_shards?: number } {
  const shards = state?.outputs['counter_shards']?.value;
  return counterShards === undefined && typeof shards === 'number' ? { counter_shards: shards } : {};
}

/** Whether there is such a table. A deploy takes it over with its count (`adopt_visitor_count`). */
export async function isCountKept(configuration: Configuration, state: State | undefined): Promise<boolean> {
  return !holdsCount(state) && (await tableExists(configuration, countTable(configuration)));
}

/** Gives such a table to Terraform, which then can destroy it. */
export async function importCount(
  workspace: Workspace,
  state: State | undefined,
  variables: string,
): Promise<void> {
  const { configuration } = workspace;
  if (!(await isCountKept(configuration, state))) return;
  await workspace.runPlain([
    'import',
    '-input=false',
    '-no-color',
    '-lock-timeout=5s',
    variables,
    COUNT_ADDRESS,
    countTable(configuration),
  ]);
}
