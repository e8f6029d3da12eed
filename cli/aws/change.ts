/** Carrying a plan out: asked for, remembered, and ended even where an earlier run was cut off. */
import type { Account } from './account.ts';
import { UserError } from '../../shared/user-error.ts';
import { TerraformError } from './diagnosis.ts';
import { readState } from './state.ts';
import type { StateBucket } from './state-bucket.ts';
import type { Workspace } from './workspace.ts';
import { applyPlan, makePlan, type SavedPlan } from './apply.ts';
import { confirm } from '../terminal/ask.ts';
import { writeDeployState, type DeployState } from './deploy-state.ts';
import { adoptOrphans } from './orphans.ts';
import { keepUnfinished } from './unfinished.ts';

export interface ChangeOptions {
  workspace: Workspace;
  bucket: StateBucket;
  account: Account;
  plan: SavedPlan;
  /** What to remember should this be interrupted. */
  memory: DeployState;
  /** `-var-file=…` */
  variables: string;
  /** Whether what is in the way is this environment's own: an earlier apply was interrupted. */
  mayAdopt: boolean;
  yes: boolean;
  applyFile?: string | undefined;
  say: (line: string) => void;
}

/** @throws {UserError} where the person says no, and for what Terraform says */
export async function change(options: ChangeOptions): Promise<void> {
  const { workspace, bucket, plan, memory, yes, applyFile, say } = options;
  const isReviewed = yes || applyFile !== undefined || plan.changes.length === 0;
  if (!isReviewed && !(await confirm('\nMake these changes?', false)))
    throw new UserError('Stopped.', 'Nothing was changed.');
  // Before the apply: were it interrupted, the next run would no longer see what has changed.
  await writeDeployState(bucket, memory);
  say('Applying (Ctrl-C stops in good order):');
  try {
    await applyPlan(workspace, plan, say);
  } catch (error) {
    if (!(error instanceof TerraformError)) throw error;
    await goOnWithOrphans(options, error).catch(async (reason: unknown) => {
      // Left tainted, the next plan would replace it; and a pipeline's plan may not change the state.
      await keepUnfinished(workspace, await readState(bucket));
      throw reason;
    });
  }
}

/** @throws the same error where nothing of it is ours */
async function goOnWithOrphans(
  { workspace, account, plan, variables, mayAdopt, say }: ChangeOptions,
  error: TerraformError,
): Promise<void> {
  if (!mayAdopt) throw error;
  const adopted = await adoptOrphans(workspace, plan, error.diagnostics, variables, account);
  if (adopted.length === 0) throw error;
  say(`Taking over what an interrupted run has made: ${adopted.join(', ')}`);
  await applyPlan(workspace, await makePlan(workspace, [variables]), say);
}
