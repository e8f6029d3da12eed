/** What the job of a pipeline learns while the command runs. */
import { appendFileSync } from 'node:fs';

/** AWS begins to change: from here on, a failure is a reason to go back to the release before (step output `applied`). */
export function announceApply(stepOutputs = process.env['GITHUB_OUTPUT']): void {
  if (stepOutputs) appendFileSync(stepOutputs, 'applied=true\n');
}
