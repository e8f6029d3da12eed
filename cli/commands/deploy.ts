/** `npm run deploy`: from a résumé to a live site. Every step can be repeated. */
import { existsSync } from 'node:fs';
import { copyFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { Option } from '@commander-js/extra-typings';
import { LOCK_TIMEOUT, makePlan, readSavedPlan, WITHOUT_LOCK, type SavedPlan } from '../aws/apply.ts';
import { COUNT_ADDRESS, isCountKept, keptShards, shardsInTable } from '../aws/count-table.ts';
import { afterDeploy, beforeDeploy } from '../aws/deploy-notes.ts';
import { readDeployState, writeDeployState, type DeployState } from '../aws/deploy-state.ts';
import { outputsOf, type EnvironmentOutputs } from '../aws/environment.ts';
import { invalidate, pathsToInvalidate } from '../aws/invalidation.ts';
import { keptAssets } from '../aws/kept-assets.ts';
import { openEnvironment } from '../aws/open.ts';
import { describeWorstCase, summarize } from '../aws/plan.ts';
import { checkAgainstState, preflight } from '../aws/preflight.ts';
import { applyChanges, keepUnfinished, refuseUnfinished } from '../aws/recovery.ts';
import { smokeTest } from '../aws/smoke-test.ts';
import { readState, type State } from '../aws/state.ts';
import { checkVersions } from '../aws/versions.ts';
import { flagOf, loadConfiguration, type Configuration } from '../configuration/index.ts';
import type { SiteManifest } from '../../contract/site-manifest.ts';
import { OWNER } from '../configuration/folders.ts';
import { readSiteSettings } from '../configuration/site-settings.ts';
import { buildAll, readBuild } from '../local/build.ts';
import { currentCommit } from '../local/release.ts';
import { readProgram } from '../configuration/version.ts';
import { confirm, during } from '../terminal/ask.ts';
import { defineCommand } from '../terminal/command.ts';
import { UserError } from '../../shared/user-error.ts';

const say = (line: string) => console.log(line);

export const command = defineCommand(
  'deploy',
  'Checks what is needed, builds, shows what would change in AWS, asks, applies it, and tries the live site. You can stop it ' +
    'and run it again at any time; without changes it changes nothing.',
  {
    details:
      'Settings are in cloud-resume.json; CLOUD_RESUME_REGION, CLOUD_RESUME_DOMAIN … override them.\n' +
      'AWS credentials come from where every AWS tool takes them: AWS_PROFILE, aws sso login, AWS_ACCESS_KEY_ID …',
    exitCodes:
      'Exit codes: 0 deployed and tried (or planned), 2 the same under --detailed-exitcode where something differed, ' +
      '1 something to fix on your side, 70 a bug in Cloud Resume.',
  },
)
  .option('--env <name>', 'an environment of cloud-resume.json (default: production)')
  .option('--yes', 'do not ask: for pipelines', false)
  .option('--plan <file>', 'write the plan to a file and stop')
  .addOption(new Option('--apply <file>', 'apply such a plan, without asking').conflicts('plan'))
  .option(
    '--detailed-exitcode',
    'exit with 2 instead of 0 where something differed, as terraform plan does',
    false,
  )
  .option(
    '--rotate-secret',
    'replace the secret between CloudFront and the API; open connections stay',
    false,
  )
  .option(
    '--unlock <id>',
    'release the lock that a dead run left behind; the message about the lock gives its id',
  )
  .action(async ({ env, detailedExitcode, ...options }) => {
    checkPlanFile(options);
    const differs = await deploy(await loadConfiguration({ environment: env }), options);
    if (differs && detailedExitcode) process.exitCode = 2;
  });

interface DeployOptions {
  yes: boolean;
  plan?: string | undefined;
  apply?: string | undefined;
  unlock?: string | undefined;
  rotateSecret: boolean;
}

/** Before the minutes that everything else takes. */
function checkPlanFile({ plan, apply }: Pick<DeployOptions, 'plan' | 'apply'>): void {
  if (apply !== undefined && !existsSync(apply))
    throw new UserError(`There is no ${apply}.`, 'Make the plan first: npm run deploy -- --plan FILE');
  if (plan !== undefined && !existsSync(dirname(resolve(plan))))
    throw new UserError(
      `There is no folder for ${plan}.`,
      'Create it, or choose another place for the plan.',
    );
}

/** @returns whether AWS differed from what is here; old files whose time has come do not count */
async function deploy(configuration: Configuration, options: DeployOptions): Promise<boolean> {
  say(`Deploying ${configuration.prefix}:`);
  const account = await preflight(configuration, say);

  // A saved plan is applied with the build it was made from.
  const manifest = options.apply === undefined ? await build(configuration) : await readBuild();

  const { unlock } = options;
  const environment = await openEnvironment({
    configuration,
    account,
    unlock,
    command: 'npm run deploy',
    say,
  });
  const { bucket, workspace, state } = environment;
  if (state) checkAgainstState(configuration, state);
  const last = await readDeployState(bucket);
  const { version } = readProgram();
  if (state) for (const line of checkVersions(last.version, version)) say(`  ${line}`);
  const { kept, superseded } = keptAssets({ state, manifest, superseded: last.superseded, now: new Date() });
  const isKept = await isCountKept(configuration, state);
  if (isKept) say('  adopts the existing VisitorCount table with its count');
  const variables = await workspace.setVariables({
    ...configuration.terraformVariables,
    ...(isKept ? await shardsInTable(configuration) : keptShards(configuration.settings, state)),
    kept_assets: kept,
    origin_secret_generation: generationOf(state) + (options.rotateSecret ? 1 : 0),
    adopt_visitor_count: isKept,
  });
  if (options.plan !== undefined) refuseUnfinished(configuration, state);
  else if (await keepUnfinished(workspace, state)) say('  continues what an earlier run left unfinished');

  const plan = options.apply
    ? await readSavedPlan(workspace, resolve(options.apply))
    : await makePlan(workspace, [variables], options.plan === undefined ? LOCK_TIMEOUT : WITHOUT_LOCK);
  for (const line of summarize(plan)) say(`  ${line}`);
  const worstCase = describeWorstCase(plan);
  if (worstCase) say(`  ${worstCase}`);
  refuseLossOfCount(plan, configuration);
  const differs = hasWork(plan, last);
  if (options.plan !== undefined) {
    await copyFile(plan.file, options.plan);
    say(`\nThe plan is in ${options.plan}. Apply it: npm run deploy -- --apply ${options.plan}`);
    return differs;
  }

  const toInvalidate = [...new Set([...last.toInvalidate, ...pathsToInvalidate(plan)])].sort();
  const isApplying = last.isApplying || plan.hasChanges;
  const deployState = { ...last, superseded, toInvalidate, isApplying };
  if (plan.hasChanges) {
    const isApproved = options.yes || options.apply !== undefined || plan.changes.length === 0;
    for (const line of beforeDeploy(plan, configuration, last)) say(`  ${line}`);
    if (!isApproved && !(await confirm('Make these changes?', false)))
      throw new UserError('Stopped.', 'Nothing was changed.');
    await applyChanges({
      ...environment,
      account,
      plan,
      deployState,
      variables,
      mayAdopt: last.isApplying,
      say,
    });
  }
  const outputs = outputsOf((await readState(bucket))!, configuration);
  if (toInvalidate.length > 0) {
    await during(`Invalidating ${toInvalidate.join(', ')}`, () =>
      invalidate(outputs.distributionId, toInvalidate, new Date().toISOString()),
    );
  }
  const settled: DeployState = { ...deployState, toInvalidate: [], isApplying: false, version };
  if (toInvalidate.length > 0 || isApplying || last.version !== version)
    await writeDeployState(bucket, settled);

  await tryLiveSite(outputs, configuration);
  const live = currentCommit(OWNER);
  if (live !== undefined && (differs || settled.live === undefined)) {
    const previous = live === settled.live ? settled.previous : settled.live;
    await writeDeployState(bucket, { ...settled, live, previous });
  }
  for (const line of afterDeploy(outputs, configuration, plan)) say(line);
  say(`\n${outputs.url}`);
  return differs;
}

async function build({ settings, resume }: Configuration): Promise<SiteManifest> {
  const url = settings.domain && `https://${settings.domain}`;
  const { privacy } = await readSiteSettings();
  const { manifest, warnings } = await during('Building site and functions', () =>
    buildAll({ ...settings, privacy, resumeFile: resume, url }),
  );
  for (const warning of warnings) say(`\n${warning}\n`);
  say(`  ${manifest.files.length} files of the site, 2 functions`);
  return manifest;
}

async function tryLiveSite(outputs: EnvironmentOutputs, configuration: Configuration): Promise<void> {
  const { url, counterEndpoint, directCounterEndpoint: directEndpoint, domainInUse, dnsRecords } = outputs;
  say('Trying the live site:');
  // With DNS elsewhere, the site is found only after its owner has created the record.
  if (domainInUse && dnsRecords.length > 0)
    say(
      `  ${configuration.settings.domain} must lead to ${outputs.distributionDomain} (CNAME, ALIAS or ANAME)`,
    );
  const doctor = `npm run doctor${flagOf(configuration)}`;
  const { count, isBusy, pushed } = await smokeTest({ url, counterEndpoint, directEndpoint, doctor, say });
  say(
    isBusy
      ? `  a connection was pushed to after ${pushed} ms; others are connected, and their visits count: ${count}`
      : `  a second connection was pushed to the first after ${pushed} ms; the count stays at ${count}`,
  );
}

/** Of the secret between CloudFront and the API. */
function generationOf(state: State | undefined): number {
  return Number(state?.outputs['origin_secret_generation']?.value ?? 1);
}

/** Whether there is more to do than to delete old files whose time has come. */
function hasWork({ changes, hasChanges }: SavedPlan, { isApplying, toInvalidate }: DeployState): boolean {
  // Outputs and adoptions are not among the changes.
  const isOutsideOfChanges = hasChanges && changes.length === 0;
  return (
    isApplying ||
    toInvalidate.length > 0 ||
    isOutsideOfChanges ||
    changes.some(
      ({ type, name, action, isLost }) =>
        !(type === 'aws_s3_object' && name === 'asset' && action === 'delete') &&
        // AWS deletes an e-mail subscription that nobody confirmed within three days.
        !(type === 'aws_sns_topic_subscription' && isLost),
    )
  );
}

function refuseLossOfCount({ changes }: SavedPlan, configuration: Configuration): void {
  const isLost = changes.some(
    ({ address, action }) => address === COUNT_ADDRESS && (action === 'delete' || action === 'replace'),
  );
  if (!isLost) return;
  throw new UserError(
    'This plan deletes the VisitorCount table, and the count with it. Nothing was changed.',
    `Undo the change in infra/ that asks for it. Or export the count, npm run destroy${flagOf(configuration)}, deploy, and import it.`,
  );
}
