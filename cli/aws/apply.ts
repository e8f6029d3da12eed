/** Carrying out a saved plan, with its progress. */
import { join } from 'node:path';
import { operations, readPlan, type Plan } from './plan.ts';
import type { Workspace } from './workspace.ts';
import { announceApply } from './announce.ts';
import { createProgress } from './progress.ts';

export interface SavedPlan extends Plan {
  /** Terraform's own form of it. */
  file: string;
  /** False where an apply would do nothing at all, not even to the outputs. */
  hasChanges: boolean;
}

/** For how long to wait for somebody else's run: a short one may just be ending. */
export const LOCK_TIMEOUT = '-lock-timeout=5s';
/** A plan that is only looked at, or carried out later, keeps nobody out: Terraform refuses it where the state has changed since. */
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
  const exitCode = await workspace.run(
    ['plan', '-json', '-input=false', '-detailed-exitcode', lock, `-out=${file}`, ...flags],
    { accepted: [0, 2] },
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
        announceApply();
      }
      progress(event);
    },
  });
}
