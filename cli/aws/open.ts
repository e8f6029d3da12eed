/** Finds an environment's state and prepares Terraform for it. */
import type { Configuration } from '../configuration/index.ts';
import type { Account } from './account.ts';
import { inAws } from './errors.ts';
import { createStateBucket, findStateBucket, isSecure, secure, type StateBucket } from './state-bucket.ts';
import { readState, type State } from './state.ts';
import { openWorkspace, type Workspace } from './workspace.ts';

export interface OpenEnvironment {
  bucket: StateBucket;
  workspace: Workspace;
  /** What was applied last; undefined where nothing is. */
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

export async function openEnvironment(options: OpenOptions): Promise<OpenEnvironment> {
  const { configuration, account, command, unlock, say } = options;
  const bucket = await ensureStateBucket(configuration, account, say);
  const workspace = await openWorkspace({ configuration, bucket, command, say });
  if (unlock !== undefined) {
    await workspace.runPlain(['force-unlock', '-force', unlock]);
    say(`  released the lock ${unlock}`);
  }
  const state = await readState(bucket);
  if (!state) {
    // The run that created the bucket may have stopped before it was secure.
    await inAws(`secure the state bucket ${bucket.name}`, bucket.region, async () => {
      // A pipeline's role may read the bucket's settings, but not change them.
      if (!(await isSecure(bucket))) await secure(bucket);
    });
  }
  return { bucket, workspace, state };
}

/** Creates the bucket where it does not exist. */
export async function ensureStateBucket(
  configuration: Configuration,
  account: Account,
  say: (line: string) => void,
): Promise<StateBucket> {
  const found = await findStateBucket(configuration, account);
  if (found) return found;
  const bucket = await createStateBucket(configuration, account);
  say(`  created the bucket ${bucket.name} for Terraform's state: private, encrypted, versioned`);
  return bucket;
}
