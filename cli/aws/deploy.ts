/** From a résumé to a live site: the stations of `npm run deploy`, in their order. Each can be repeated. */
import { copyFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { Configuration } from '../configuration/index.ts';
import { flagOf, outputsOf, type EnvironmentOutputs } from './outputs.ts';
import { UserError } from '../../shared/user-error.ts';
import { readState } from './state.ts';
import type { StateBucket } from './state-bucket.ts';
import { LOCK_TIMEOUT, makePlan, readSavedPlan, WITHOUT_LOCK, type SavedPlan } from './apply.ts';
import { build, currentCommit, readBuild } from './build.ts';
import { change } from './change.ts';
import { invalidate, pathsToInvalidate } from './invalidation.ts';
import { keptAssets } from './kept-assets.ts';
import { COUNT_ADDRESS, isCountKept, keptShards } from './count-table.ts';
import { readDeployState, writeDeployState, type DeployState } from './deploy-state.ts';
import { openEnvironment } from './open.ts';
import { summarize } from './plan-summary.ts';
import { checkAgainstState, preflight } from './preflight.ts';
import { smokeTest } from './smoke-test.ts';
import { keepUnfinished, refuseUnfinished } from './unfinished.ts';

export interface DeployOptions {
  configuration: Configuration;
  /** Go on without being asked. */
  yes: boolean;
  /** Write the plan there and stop. */
  planFile?: string | undefined;
  /** Carry out that plan instead of making one. */
  applyFile?: string | undefined;
  /** Id of a lock that a dead run has left behind. */
  unlock?: string | undefined;
  say: (line: string) => void;
}

const COMMAND = 'npm run deploy';

/**
 * @returns whether AWS was not what is here; old files whose time has come do not count
 * @throws {UserError} for whatever a person can mend; the same command then goes on where this one stopped
 */
export async function deploy(options: DeployOptions): Promise<boolean> {
  const { configuration, say } = options;
  say(`Checking what is needed for ${configuration.prefix}:`);
  const account = await preflight(configuration, say);
  // A saved plan is applied with the build it was made from.
  if (options.applyFile === undefined) say('Building:');
  const manifest = await (options.applyFile === undefined ? build(configuration, say) : readBuild());

  say('Comparing with what is in AWS:');
  const environment = await openEnvironment({ ...options, account, command: COMMAND });
  const { bucket, workspace, state } = environment;
  if (state) checkAgainstState(configuration, state);
  const memory = await readDeployState(bucket);
  const { kept, superseded } = keptAssets({
    state,
    manifest,
    superseded: memory.superseded,
    now: new Date(),
  });
  const isKept = await isCountKept(configuration, state);
  if (isKept) say('  takes over the VisitorCount table that is there, with its count');
  const variables = await workspace.setVariables({
    ...configuration.terraformVariables,
    ...keptShards(configuration.settings, state),
    kept_assets: kept,
    adopt_visitor_count: isKept,
  });
  const planOnly = options.planFile !== undefined;
  if (planOnly) refuseUnfinished(configuration, state);
  else if (await keepUnfinished(workspace, state))
    say('  goes on with what an earlier run has left unfinished');

  const plan = options.applyFile
    ? await readSavedPlan(workspace, resolve(options.applyFile))
    : await makePlan(workspace, [variables], planOnly ? WITHOUT_LOCK : LOCK_TIMEOUT);
  for (const line of summarize(plan)) say(`  ${line}`);
  refuseLossOfCount(plan, configuration);
  const differs = hasWork(plan, memory);
  if (options.planFile) {
    await copyFile(plan.file, options.planFile);
    say(`\nThe plan is in ${options.planFile}; ${COMMAND} -- --apply ${options.planFile} carries it out.`);
    return differs;
  }
  const toInvalidate = [...new Set([...memory.toInvalidate, ...pathsToInvalidate(plan)])].sort();
  const isApplying = memory.isApplying || plan.hasChanges;
  const next: DeployState = { ...memory, superseded, toInvalidate, isApplying };
  if (plan.hasChanges) {
    const mayAdopt = memory.isApplying;
    await change({ ...options, ...environment, account, plan, memory: next, variables, mayAdopt });
  }
  const outputs = outputsOf((await readState(bucket))!, configuration);
  const settled = await settle(outputs, bucket, next, say);
  await prove(outputs, configuration, say);
  const live = currentCommit();
  if (live !== undefined && (differs || settled.live === undefined))
    await writeDeployState(bucket, { ...settled, live });
  remind(outputs, configuration, plan, say);
  say(`\n${outputs.url}`);
  return differs;
}

/** After the apply: the edges forget, and so does the memory. */
async function settle(
  { distributionId }: EnvironmentOutputs,
  bucket: StateBucket,
  memory: DeployState,
  say: (line: string) => void,
): Promise<DeployState> {
  const { toInvalidate, isApplying } = memory;
  if (toInvalidate.length > 0) {
    say(`Telling CloudFront to forget ${toInvalidate.join(', ')} …`);
    await invalidate(distributionId, toInvalidate, new Date().toISOString());
  }
  const settled = { ...memory, toInvalidate: [], isApplying: false };
  if (toInvalidate.length > 0 || isApplying) await writeDeployState(bucket, settled);
  return settled;
}

async function prove(
  outputs: EnvironmentOutputs,
  configuration: Configuration,
  say: (line: string) => void,
): Promise<void> {
  const { url, counterEndpoint, domainInUse, dnsRecords } = outputs;
  say('Trying the live site:');
  // With DNS elsewhere, the site is found only where its owner has made it so.
  if (domainInUse && dnsRecords.length > 0)
    say(
      `  ${configuration.settings.domain} has to lead to ${outputs.distributionDomain} (CNAME, ALIAS or ANAME)`,
    );
  const doctor = `npm run doctor${flagOf(configuration)}`;
  const { count, isBusy, pushed } = await smokeTest({ url, counterEndpoint, doctor, say });
  say(
    isBusy
      ? `  a connection was pushed to after ${pushed} ms; others are there just now, and their visits count: ${count}`
      : `  a second connection was pushed to the first after ${pushed} ms; the count stays at ${count}`,
  );
}

/** What is left for the owner to do. */
function remind(
  { domainInUse, dnsRecords }: EnvironmentOutputs,
  configuration: Configuration,
  plan: SavedPlan,
  say: (line: string) => void,
): void {
  const { domain, alarmEmail } = configuration.settings;
  if (!domainInUse && dnsRecords.length > 0) {
    say(`\n${domain} is not in use yet. Create these records at its DNS provider:`);
    for (const { name, type, value, purpose } of dnsRecords)
      say(`  ${type.padEnd(5)} ${name}  →  ${value}   (${purpose})`);
    say(`Then run ${COMMAND}${flagOf(configuration)} again.`);
  }
  if (plan.changes.some(({ type, action }) => type === 'aws_sns_topic_subscription' && action === 'create'))
    say(`\nAWS has written to ${alarmEmail}: alarms come once the link in it is followed.`);
}

/** Whether there is more to do than to delete old files whose time has come. */
function hasWork({ changes, hasChanges }: SavedPlan, { isApplying, toInvalidate }: DeployState): boolean {
  // Outputs and what is only taken over are in no change.
  const isOutsideOfChanges = hasChanges && changes.length === 0;
  return (
    isApplying ||
    toInvalidate.length > 0 ||
    isOutsideOfChanges ||
    changes.some(
      ({ type, name, action }) => !(type === 'aws_s3_object' && name === 'asset' && action === 'delete'),
    )
  );
}

function refuseLossOfCount({ changes }: SavedPlan, configuration: Configuration): void {
  const lost = changes.some(
    ({ address, action }) => address === COUNT_ADDRESS && (action === 'delete' || action === 'replace'),
  );
  if (!lost) return;
  throw new UserError(
    'This plan deletes the VisitorCount table, and the count with it. Nothing was changed.',
    `Undo the change in infra/ that asks for it; or export the count, npm run destroy${flagOf(configuration)}, deploy, and import it.`,
  );
}
