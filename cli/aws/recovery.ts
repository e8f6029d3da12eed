/** Completes what an interrupted or failed apply has left half done (decision 9). */
import { UserError } from '../../shared/user-error.ts';
import { flagOf, type Configuration } from '../configuration/index.ts';
import type { Account } from './account.ts';
import { applyPlan, makePlan, type SavedPlan } from './apply.ts';
import { writeDeployState, type DeployState } from './deploy-state.ts';
import { TerraformError, type Diagnostic } from './diagnosis.ts';
import { adoptOrphans } from './orphans.ts';
import type { StateBucket } from './state-bucket.ts';
import { readState, type State } from './state.ts';
import type { Workspace } from './workspace.ts';

export interface ApplyOptions {
  workspace: Workspace;
  bucket: StateBucket;
  account: Account;
  plan: SavedPlan;
  /** What the next deploy needs to know should this one be interrupted. */
  deployState: DeployState;
  /** `-var-file=…` */
  variables: string;
  /** Whether an earlier apply was interrupted: what is in the way then belongs to this environment. */
  mayAdopt: boolean;
  say: (line: string) => void;
}

/** Applies a plan; continues where resources of an interrupted run are in the way. */
export async function applyChanges(options: ApplyOptions): Promise<void> {
  const { workspace, bucket, account, plan, deployState, variables, mayAdopt, say } = options;
  // Before the apply: should it be interrupted, the next run would not see what has changed.
  await writeDeployState(bucket, deployState);
  /** @returns a plan that contains what an interrupted run created; undefined where nothing is found */
  const adopt = async (current: SavedPlan, diagnostics?: Diagnostic[]) => {
    const adopted = mayAdopt ? await adoptOrphans(workspace, current, diagnostics, variables, account) : [];
    if (adopted.length === 0) return undefined;
    say(`Adopting what an interrupted run created: ${adopted.join(', ')}`);
    return makePlan(workspace, [variables]);
  };
  try {
    const current = (await adopt(plan)) ?? plan;
    say('Applying (Ctrl-C stops gracefully):');
    try {
      await applyPlan(workspace, current, say);
    } catch (error) {
      const next = error instanceof TerraformError && (await adopt(current, error.diagnostics));
      if (!next) throw error;
      await applyPlan(workspace, next, say);
    }
  } catch (error) {
    // Otherwise the next plan would replace what is tainted, and a pipeline's plan may not change the state.
    if (error instanceof TerraformError) await keepUnfinished(workspace, await readState(bucket));
    throw error;
  }
}

/**
 * Terraform marks what it did not see completed as tainted, and replaces it next time. Here it is kept and completed instead: the
 * table may hold a count already, and most of the rest cannot be replaced, since the deployment's `create_before_destroy` spreads to
 * its dependencies, and AWS rejects a second bucket or role of the same name.
 * @returns whether there was any
 */
export async function keepUnfinished(workspace: Workspace, state: State | undefined): Promise<boolean> {
  const unfinished = unfinishedIn(state);
  for (const { address, exists } of unfinished) {
    const command = exists ? ['untaint'] : ['state', 'rm'];
    await workspace.runPlain([...command, '-lock-timeout=5s', address]);
  }
  return unfinished.length > 0;
}

/** A plan alone does not change the state, so it would replace what is unfinished. */
export function refuseUnfinished(configuration: Configuration, state: State | undefined): void {
  const unfinished = unfinishedIn(state);
  if (unfinished.length === 0) return;
  throw new UserError(
    `An earlier run was interrupted and left ${unfinished.length} unfinished: ${unfinished.map(({ address }) => address).join(', ')}.`,
    `Let a whole deploy complete it first: npm run deploy${flagOf(configuration)}`,
  );
}

/** @returns addresses of what is tainted, and whether it exists: AWS has given it an id */
export function unfinishedIn(state: State | undefined): { address: string; exists: boolean }[] {
  return (state?.resources ?? []).flatMap(({ type, name, instances }) =>
    instances
      .filter(({ status }) => status === 'tainted')
      .map(({ index_key: index, attributes }) => ({
        address: `${type}.${name}${index === undefined ? '' : `[${JSON.stringify(index)}]`}`,
        exists: Boolean(attributes?.['id']),
      })),
  );
}
