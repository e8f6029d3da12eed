/** What an interrupted or failed apply has left half made. */
import type { Configuration } from '../configuration/index.ts';
import { flagOf } from './outputs.ts';
import { UserError } from '../../shared/user-error.ts';
import type { State } from './state.ts';
import type { Workspace } from './workspace.ts';

/**
 * Terraform marks what it did not see completed as tainted, and replaces it next time. Here it is kept and completed: the table may
 * hold a count already, and most of the rest cannot be replaced at all, since the deployment's `create_before_destroy` spreads to
 * what it needs, and a second bucket or role of the same name is refused.
 * @returns whether there was any
 */
export async function keepUnfinished(workspace: Workspace, state: State | undefined): Promise<boolean> {
  const unfinished = unfinishedIn(state);
  for (const { address, isThere } of unfinished) {
    const command = isThere ? ['untaint'] : ['state', 'rm'];
    await workspace.runPlain([...command, '-lock-timeout=5s', address]);
  }
  return unfinished.length > 0;
}

/** A plan alone changes no state, and would replace what is unfinished. */
export function refuseUnfinished(configuration: Configuration, state: State | undefined): void {
  const unfinished = unfinishedIn(state);
  if (unfinished.length === 0) return;
  throw new UserError(
    `An earlier run was cut off and has left ${unfinished.length} unfinished: ${unfinished.map(({ address }) => address).join(', ')}.`,
    `Let a whole deploy complete it first: npm run deploy${flagOf(configuration)}`,
  );
}

/** @returns addresses of what is tainted, and whether AWS has given it an id: without one, nothing is there */
export function unfinishedIn(state: State | undefined): { address: string; isThere: boolean }[] {
  return (state?.resources ?? []).flatMap(({ type, name, instances }) =>
    instances
      .filter(({ status }) => status === 'tainted')
      .map(({ index_key: index, attributes }) => ({
        address: `${type}.${name}${index === undefined ? '' : `[${JSON.stringify(index)}]`}`,
        isThere: Boolean(attributes?.['id']),
      })),
  );
}
