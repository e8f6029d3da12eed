/** A VisitorCount table that a destroy has kept, or that a killed run has left: it is taken over with its count. */
import { DescribeTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { inAws } from '../aws/errors.ts';
import type { Configuration } from '../configuration/index.ts';
import type { State } from '../terraform/state.ts';
import type { Workspace } from '../terraform/workspace.ts';

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

/** Gives a table that is there, but in no state, to Terraform. @returns whether there was one */
export async function adoptCount(
  workspace: Workspace,
  state: State | undefined,
  variables: string,
): Promise<boolean> {
  const { configuration } = workspace;
  const table = countTable(configuration);
  if (holdsCount(state) || !(await tableExists(configuration, table))) return false;
  await workspace.runPlain([
    'import',
    '-input=false',
    '-no-color',
    '-lock-timeout=5s',
    variables,
    COUNT_ADDRESS,
    table,
  ]);
  return true;
}
