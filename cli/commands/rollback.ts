/** `npm run rollback`: deploys an earlier release again, with that release's own code. */
import { readDeployState, type DeployState } from '../aws/deploy-state.ts';
import { findStateBucket } from '../aws/state-bucket.ts';
import { OWNER } from '../configuration/folders.ts';
import { flagOf, loadConfiguration } from '../configuration/index.ts';
import { currentCommit, describeRelease, redeploy } from '../local/release.ts';
import { confirm } from '../terminal/ask.ts';
import { defineCommand } from '../terminal/command.ts';
import { UserError } from '../../shared/user-error.ts';

export const command = defineCommand(
  'rollback',
  'Deploys an earlier release from your git history, with its own code: the last one that passed its smoke test, or the one ' +
    'before it if that is what you have checked out. Your checkout stays as it is, and the count is kept.',
)
  .option('--env <name>', 'an environment of cloud-resume.json (default: production)')
  .option('--to <commit>', 'another release')
  .option('--yes', 'do not ask: for pipelines', false)
  .action(async ({ env, to, yes }) => {
    const configuration = await loadConfiguration({ environment: env });
    const bucket = await findStateBucket(configuration);
    const target = to ?? chooseRelease(bucket && (await readDeployState(bucket)), currentCommit(OWNER));
    console.log(`Rolling ${configuration.prefix} back to ${describeRelease(OWNER, target)}`);
    if (!yes && !(await confirm('Deploy this release?', false)))
      throw new UserError('Stopped.', 'Nothing was changed.');
    const flags = ['--env', configuration.environment, ...(yes ? ['--yes'] : [])];
    if ((await redeploy(OWNER, target, flags)) === 0) return;
    throw new UserError(
      'The rollback did not finish.',
      `Fix what the lines above report, then run npm run rollback${flagOf(configuration)} again.`,
    );
  });

/**
 * @param current commit of a checkout without changes
 * @throws {UserError} where there is no earlier release
 */
export function chooseRelease(
  { live, previous }: Pick<DeployState, 'live' | 'previous'> = {},
  current: string | undefined,
): string {
  const target = live === current ? previous : live;
  if (target !== undefined) return target;
  throw new UserError(
    'There is no earlier release that passed its smoke test.',
    'Name one from your git history: npm run rollback -- --to COMMIT. To remove the site: npm run destroy.',
  );
}
