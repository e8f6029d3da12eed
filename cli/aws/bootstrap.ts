/** What the pipeline needs in AWS before its first run: the stations of `npm run bootstrap`. Each can be repeated. */
import { fileURLToPath } from 'node:url';
import { identifyAccount } from './account.ts';
import type { Configuration } from '../configuration/index.ts';
import { applyPlan, makePlan } from './apply.ts';
import { confirm } from '../terminal/ask.ts';
import { summarize } from './plan-summary.ts';
import { UserError } from '../../shared/user-error.ts';
import { createStateBucket, findStateBucket } from './state-bucket.ts';
import { checkTerraformVersion } from './version.ts';
import { openWorkspace } from './workspace.ts';
import { nextSteps, type BootstrapOutputs } from './next-steps.ts';
import type { Repository } from './repository.ts';

export interface BootstrapOptions {
  configuration: Configuration;
  repository: Repository;
  /** Go on without being asked. */
  yes: boolean;
  /** Whether another project of the account has made its identity provider for GitHub. */
  existingProvider: boolean;
  say: (line: string) => void;
}

const COMMAND = 'npm run bootstrap';
const MODULE = fileURLToPath(new URL('../../infra/bootstrap', import.meta.url));

/** @throws {UserError} for whatever a person can mend; the same command then goes on where this one stopped */
export async function bootstrap(options: BootstrapOptions): Promise<void> {
  const { configuration, repository, yes, existingProvider, say } = options;
  const { name, region, settings } = configuration;
  say(`Letting the workflows of ${repository.name} deploy ${name}:`);
  say(`  Terraform ${checkTerraformVersion()}`);
  const account = await identifyAccount(configuration);
  say(`  account ${account.id} (${account.arn}), Region ${region}`);
  say(
    repository.ids
      ? `  tokens of owner ${repository.ids.owner}, repository ${repository.ids.repository}`
      : '  tokens that carry names alone',
  );

  let bucket = await findStateBucket(configuration, account);
  if (!bucket) {
    bucket = await createStateBucket(configuration, account);
    say(`  made the bucket ${bucket.name} for Terraform's state: private, encrypted, versioned`);
  }
  const workspace = await openWorkspace({
    configuration,
    module: MODULE,
    // Beside the environments' states, out of the pipeline's reach.
    bucket: { ...bucket, key: `bootstrap/${name}/terraform.tfstate` },
    command: COMMAND,
    say,
  });
  const variables = await workspace.setVariables({
    name,
    region,
    state_bucket: bucket.name,
    state_bucket_region: bucket.region,
    repository: repository.name,
    repository_ids: repository.ids ?? null,
    site_bucket_name: settings.siteBucketName ?? null,
    hosted_zone_id: settings.hostedZoneId ?? null,
    access_logs: Boolean(settings.siteAccessLogs || settings.gatewayAccessLogs),
    create_oidc_provider: !existingProvider,
  });
  const plan = await makePlan(workspace, [variables]);
  for (const line of summarize(plan)) say(`  ${line}`);
  if (plan.hasChanges) {
    if (!yes && plan.changes.length > 0 && !(await confirm('\nMake these changes?', false)))
      throw new UserError('Stopped.', 'Nothing was changed.');
    say('Applying:');
    await applyPlan(workspace, plan, say).catch(explainProvider);
  }
  const outputs = JSON.parse(await workspace.runPlain(['output', '-json'])) as BootstrapOutputs;
  for (const line of nextSteps(repository.name, outputs, configuration)) say(line);
}

function explainProvider(error: unknown): never {
  const text = String(error instanceof Error ? `${error.message} ${String(error.cause ?? '')}` : error);
  if (/EntityAlreadyExists[^]*(oidc|Provider)/i.test(text)) {
    throw new UserError(
      'The account has an identity provider for GitHub already: another project made it.',
      `Use it: ${COMMAND} -- --existing-oidc-provider`,
      { cause: error },
    );
  }
  throw error;
}
