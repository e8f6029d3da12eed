/** Where an environment's state is, and Terraform made ready for it. */
import type { Account } from './account.ts';
import { inAws } from './errors.ts';
import type { Configuration } from '../configuration/index.ts';
import { readState, type State } from './state.ts';
import { createStateBucket, findStateBucket, isSecure, secure, type StateBucket } from './state-bucket.ts';
import { openWorkspace, type Workspace } from './workspace.ts';

export interface OpenEnvironment {
  bucket: StateBucket;
  workspace: Workspace;
  /** What was applied last; `undefined` where nothing is. */
  state: State | undefined;
}

export interface OpenOptions {
  configuration: Configuration;
  account: Account;
  /** As people type it: `npm run deploy`. */
  command: string;
  /** Id of a lock that a dead run has left behind. */
  unlock?: string | undefined;
  say: (line: string) => void;
}

/** Makes the state bucket where there is none. */
export async function openEnvironment(options: OpenOptions): Promise<OpenEnvironment> {
  const { configuration, account, command, unlock, say } = options;
  let bucket = await findStateBucket(configuration, account);
  if (!bucket) {
    bucket = await createStateBucket(configuration, account);
    say(`  made the bucket ${bucket.name} for Terraform's state: private, encrypted, versioned`);
  }
  const workspace = await openWorkspace({ configuration, bucket, command, say });
  if (unlock !== undefined) {
    await workspace.runPlain(['force-unlock', '-force', unlock]);
    say(`  released the lock ${unlock}`);
  }
  const state = await readState(bucket);
  if (!state) {
    // The run that made it may have been stopped before it was safe.
    const made = bucket;
    await inAws(`secure the state bucket ${bucket.name}`, bucket.region, async () => {
      // A pipeline's role may look at the bucket's settings, not change them.
      if (!(await isSecure(made))) await secure(made);
    });
  }
  return { bucket, workspace, state };
}
