/** Taking an environment down: the stations of `npm run destroy`, in their order. Each can be repeated. */
import { identifyAccount } from './account.ts';
import type { Configuration } from '../configuration/index.ts';
import { applyPlan, makePlan } from './apply.ts';
import { ask, confirm } from '../terminal/ask.ts';
import { COUNT_ADDRESS, countTable, holdsCount, importCount, tableExists } from './count-table.ts';
import { openEnvironment, type OpenEnvironment } from './open.ts';
import { checkAgainstState } from './preflight.ts';
import { flagOf } from './outputs.ts';
import { UserError } from '../../shared/user-error.ts';
import { findStateBucket } from './state-bucket.ts';
import { checkTerraformVersion } from './version.ts';
import { liftDeletionProtection, readCount, saveCount } from './save-count.ts';
import { clearState } from './clear-state.ts';

export interface DestroyOptions {
  configuration: Configuration;
  /** Go on without being asked. */
  yes: boolean;
  /** Leave the VisitorCount table; the next deploy takes it over. */
  keepCount: boolean;
  /** Write the count there first. */
  exportFile?: string | undefined;
  /** Id of a lock that a dead run has left behind. */
  unlock?: string | undefined;
  say: (line: string) => void;
}

const COMMAND = 'npm run destroy';

/** @throws {UserError} for whatever a person can mend; the same command then goes on where this one stopped */
export async function destroy(options: DestroyOptions): Promise<void> {
  const { configuration, keepCount, say } = options;
  say(`Looking at ${configuration.prefix}:`);
  say(`  Terraform ${checkTerraformVersion()}`);
  const account = await identifyAccount(configuration);
  say(`  account ${account.id} (${account.arn}), Region ${configuration.region}`);
  const hasTable = await tableExists(configuration, countTable(configuration));
  // Nothing is made only to be taken down.
  if (!(await findStateBucket(configuration, account)) && (!hasTable || keepCount)) {
    say('\nThere is nothing to take down.');
    return;
  }
  const environment = await openEnvironment({ ...options, account, command: COMMAND });
  const { workspace, state, bucket } = environment;
  if (state) checkAgainstState(configuration, state);
  const variables = await workspace.setVariables({
    ...configuration.terraformVariables,
    deletion_protection: false,
  });
  const isEmpty = !state && (!hasTable || keepCount);
  if (!isEmpty) {
    await warn(options, hasTable ? await readCount(configuration) : 0);
    await settleCount(options, environment, variables, hasTable);
    const plan = await makePlan(workspace, ['-destroy', variables]);
    say(
      `Taking down ${plan.changes.length} resources (Ctrl-C stops in good order; CloudFront takes minutes):`,
    );
    await applyPlan(workspace, plan, say);
  }
  if (await clearState(bucket)) say(`  deleted the state bucket ${bucket.name}, which held nothing else`);
  say(
    keepCount && hasTable
      ? `\n${configuration.prefix} is gone, but for the table ${countTable(configuration)}: npm run deploy${flagOf(configuration)} takes it over.`
      : `\n${configuration.prefix} is gone.`,
  );
}

/** Nobody loses a count by a slip of the finger. */
async function warn(options: DestroyOptions, count: number): Promise<void> {
  const { configuration, yes, keepCount, say } = options;
  const { prefix } = configuration;
  say(`\nThis takes down the site, the counter and all that belongs to ${prefix}.`);
  if (keepCount) say(`The table with the count of ${count} visits stays.`);
  else if (count > 0) say(`The count of ${count} visits goes with it; --keep-count would leave its table.`);
  await offerExport(options, count);
  if (yes) return;
  const answer = await ask(`Type ${prefix} to go on: `);
  if (answer !== prefix) throw new UserError('Stopped.', 'Nothing was taken down.');
}

async function offerExport(options: DestroyOptions, count: number): Promise<void> {
  const { configuration, yes, keepCount, exportFile, say } = options;
  const file = exportFile ?? `${configuration.prefix}-count.jsonl`;
  const isWanted =
    exportFile !== undefined ||
    (count > 0 && !yes && !keepCount && (await confirm(`Export it to ${file} first?`, true)));
  if (!isWanted) return;
  await saveCount(configuration, file);
  say(`The count is in ${file}; npm run import brings it into another counter.`);
}

/** Either out of Terraform's sight, or out of its protection. */
async function settleCount(
  { configuration, keepCount }: DestroyOptions,
  { workspace, state }: OpenEnvironment,
  variables: string,
  hasTable: boolean,
): Promise<void> {
  if (keepCount) {
    if (holdsCount(state)) await workspace.runPlain(['state', 'rm', '-lock-timeout=5s', COUNT_ADDRESS]);
    return;
  }
  if (!hasTable) return;
  await importCount(workspace, state, variables);
  await liftDeletionProtection(configuration);
}
