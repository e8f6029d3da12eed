/** `npm run bootstrap`: once per repository, creates what GitHub's workflows need in the owner's AWS account. */
import { join } from 'node:path';
import { applyPlan, makePlan } from '../aws/apply.ts';
import {
  describeRepository,
  nextSteps,
  repositoryOfOrigin,
  type BootstrapOutputs,
  type Repository,
} from '../aws/github.ts';
import { ALREADY_EXISTS } from '../aws/errors.ts';
import { ensureStateBucket } from '../aws/open.ts';
import { summarize } from '../aws/plan.ts';
import { checkTools } from '../aws/preflight.ts';
import { openWorkspace } from '../aws/workspace.ts';
import { INFRA, OWNER } from '../configuration/folders.ts';
import { loadConfiguration } from '../configuration/index.ts';
import { ask, confirm } from '../terminal/ask.ts';
import { defineCommand } from '../terminal/command.ts';
import { wholeNumber } from '../terminal/options.ts';
import { UserError } from '../../shared/user-error.ts';

const COMMAND = 'npm run bootstrap';
const say = (line: string) => console.log(line);
const id = (flag: string) => wholeNumber(flag, 1, Number.MAX_SAFE_INTEGER);

export const command = defineCommand(
  'bootstrap',
  'Once per repository: creates the roles that its workflows assume in AWS without a key, what limits them, and the bucket for ' +
    'Terraform’s state. Shows what it creates, asks, and ends with what to tell GitHub. Without changes it changes nothing. ' +
    'It needs credentials that may create IAM roles and policies; the workflows themselves never do.',
)
  .option('--repository <owner/name>', 'on GitHub (default: the remote origin, after asking)')
  .option('--owner-id <number>', 'the owner’s number, where GitHub cannot be asked', id('--owner-id'))
  .option('--repository-id <number>', 'the repository’s number', id('--repository-id'))
  .option(
    '--existing-oidc-provider',
    'use the identity provider for GitHub that another project created',
    false,
  )
  .option('--yes', 'do not ask', false)
  .action(async ({ yes, existingOidcProvider, repository: name, ...ids }) => {
    const repository = await describeRepository({ name: name ?? (await askForRepository(yes)), ...ids });
    await bootstrap(repository, yes, existingOidcProvider);
  });

/** Not guessed without asking: the repository of that name may deploy. */
async function askForRepository(yes: boolean): Promise<string> {
  const origin = repositoryOfOrigin(OWNER);
  if (yes) {
    throw new UserError(
      'No repository was given.',
      `Name it: ${COMMAND} -- --yes --repository ${origin ?? 'octocat/resume'}`,
    );
  }
  const answer = await ask(
    `The GitHub repository that may deploy${origin ? ` (Enter for ${origin})` : ', owner/name'}`,
  );
  return answer || (origin ?? '');
}

async function bootstrap(repository: Repository, yes: boolean, existingProvider: boolean): Promise<void> {
  // Pushes to main deploy this environment, whatever CLOUD_RESUME_ENV says.
  const configuration = await loadConfiguration({ environment: 'production' });
  const { name, region, settings } = configuration;
  say(`Letting the workflows of ${repository.name} deploy ${name}:`);
  const account = await checkTools(configuration, say);
  say(`  repository ${repository.ids.repository} of owner ${repository.ids.owner}`);
  const bucket = await ensureStateBucket(configuration, account, say);
  const workspace = await openWorkspace({
    configuration,
    module: join(INFRA, 'bootstrap'),
    // Next to the environments' states, out of the pipeline's reach.
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
    repository_ids: repository.ids,
    gateway_account_role: Boolean(settings.gatewayAccountRole),
    site_bucket_name: settings.siteBucketName ?? null,
    hosted_zone_id: settings.hostedZoneId ?? null,
    access_logs: Boolean(settings.siteAccessLogs || settings.gatewayAccessLogs),
    create_oidc_provider: !existingProvider,
  });
  const plan = await makePlan(workspace, [variables]);
  for (const line of summarize(plan)) say(`  ${line}`);
  if (plan.hasChanges) {
    if (!yes && plan.changes.length > 0 && !(await confirm('Make these changes?', false)))
      throw new UserError('Stopped.', 'Nothing was changed.');
    say('Applying:');
    await applyPlan(workspace, plan, say).catch(explainProvider);
  }
  const outputs = JSON.parse(await workspace.runPlain(['output', '-json'])) as BootstrapOutputs;
  for (const line of nextSteps(repository.name, outputs, configuration)) say(line);
}

function explainProvider(error: unknown): never {
  const text = String(error instanceof Error ? `${error.message} ${String(error.cause ?? '')}` : error);
  if (ALREADY_EXISTS.test(text) && /openid|oidc/i.test(text)) {
    throw new UserError(
      'The account already has an identity provider for GitHub: another project created it.',
      `Use it: ${COMMAND} -- --existing-oidc-provider`,
      { cause: error },
    );
  }
  throw error;
}
