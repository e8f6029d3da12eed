/** Shows what an apply or a destroy does, line by line. */
import type { TerraformEvent } from './workspace.ts';

const DONE: Record<string, string> = {
  create: 'created',
  update: 'changed',
  delete: 'deleted',
};
const DOING: Record<string, string> = {
  create: 'creating',
  update: 'changing',
  delete: 'deleting',
};
/** Seconds between two lines about the same resource. */
const STILL_EVERY = 30;
/** After this many seconds a certificate should have been issued. */
const CERTIFICATE_PATIENCE = 180;

/** @param total number of operations in the plan */
export function createProgress(total: number, say: (line: string) => void): (event: TerraformEvent) => void {
  let done = 0;
  const width = String(total).length;
  const shown = new Map<string, number>();
  let hasHinted = false;
  return ({ type, hook }) => {
    if (!hook || hook.action === 'noop' || hook.action === 'read') return;
    const { action, elapsed_seconds: elapsed = 0 } = hook;
    const address = hook.resource.addr;
    if (type === 'apply_complete') {
      done++;
      const time = elapsed >= 10 ? ` (${duration(elapsed)})` : '';
      say(`  ${String(done).padStart(width)}/${total} ${DONE[action] ?? action} ${address}${time}`);
    }
    if (type === 'apply_errored') say(`  ${' '.repeat(width)}✗ ${DOING[action] ?? action} ${address} failed`);
    if (type !== 'apply_progress' || elapsed < (shown.get(address) ?? 0) + STILL_EVERY) return;
    shown.set(address, elapsed);
    say(`  ${' '.repeat(width)}… still ${DOING[action] ?? action} ${address}, ${duration(elapsed)}`);
    if (!address.startsWith('aws_acm_certificate_validation') || elapsed < CERTIFICATE_PATIENCE || hasHinted)
      return;
    hasHinted = true;
    say(
      `  ${' '.repeat(width)}  A certificate takes a few minutes. If it takes longer: do the name servers at the domain's registrar match the zone's? Ctrl-C stops; a later run continues.`,
    );
  };
}

function duration(seconds: number): string {
  return seconds < 60
    ? `${Math.round(seconds)} s`
    : `${Math.floor(seconds / 60)} min ${Math.round(seconds % 60)} s`;
}
