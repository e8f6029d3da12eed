/** Makes a plan and applies it, with its progress. */
import { join } from 'node:path';
import { setStepOutput } from '../pipeline/github.ts';
import { during } from '../terminal/ask.ts';
import { operations, readPlan, type Plan } from './plan.ts';
import { createProgress } from './progress.ts';
import type { Workspace } from './workspace.ts';

export interface SavedPlan extends Plan {
  /** In Terraform's format. */
  file: string;
  /** False where an apply would do nothing, not even to the outputs. */
  hasChanges: boolean;
}

/** How long to wait for another run, which may be about to end. */
export const LOCK_TIMEOUT = '-lock-timeout=5s';
/** For a plan that is only shown or applied later: Terraform rejects it when the state has changed since. */
export const WITHOUT_LOCK = '-lock=false';

/**
 * @param flags `-destroy`, `-var-file=…`
 * @param lock {@link LOCK_TIMEOUT} or {@link WITHOUT_LOCK}
 */
export async function makePlan(
  workspace: Workspace,
  flags: string[],
  lock = LOCK_TIMEOUT,
): Promise<SavedPlan> {
  const file = join(workspace.directory, 'plan.tfplan');
  const exitCode = await during('Comparing with AWS (terraform plan)', () =>
    workspace.run(['plan', '-json', '-input=false', '-detailed-exitcode', lock, `-out=${file}`, ...flags], {
      accepted: [0, 2],
    }),
  );
  return { ...(await readSavedPlan(workspace, file)), hasChanges: exitCode === 2 };
}

export async function readSavedPlan(workspace: Workspace, file: string): Promise<SavedPlan> {
  const text = await workspace.runPlain(['show', '-json', file]);
  return { ...readPlan(text), file, hasChanges: true };
}

export async function applyPlan(
  workspace: Workspace,
  plan: SavedPlan,
  say: (line: string) => void,
): Promise<void> {
  const progress = createProgress(operations(plan), say);
  let hasBegun = false;
  await workspace.run(['apply', '-json', '-input=false', LOCK_TIMEOUT, plan.file], {
    onEvent(event) {
      if (event.type === 'apply_start' && event.hook?.action !== 'read' && !hasBegun) {
        hasBegun = true;
        // A failure from here on is a reason to roll back.
        setStepOutput('applied', 'true');
      }
      progress(event);
    },
  });
}
