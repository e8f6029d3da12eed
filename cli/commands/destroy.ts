/** `npm run destroy`: tears an environment down. Every step can be repeated. */
import { applyPlan, makePlan } from '../aws/apply.ts';
import {
  adoptCount,
  COUNT_ADDRESS,
  countTable,
  holdsCount,
  liftDeletionProtection,
  readCountOnAws,
  saveCount,
  tableExists,
} from '../aws/count-table.ts';
import { openEnvironment } from '../aws/open.ts';
import { checkAgainstState, checkTools } from '../aws/preflight.ts';
import { deleteState, findStateBucket } from '../aws/state-bucket.ts';
import { readState } from '../aws/state.ts';
import { visitsText } from '../count/report.ts';
import { flagOf, loadConfiguration, type Configuration } from '../configuration/index.ts';
import { ask, confirm } from '../terminal/ask.ts';
import { defineCommand } from '../terminal/command.ts';
import { UserError } from '../../shared/user-error.ts';

const say = (line: string) => console.log(line);

export const command = defineCommand(
  'destroy',
  'Tears down everything that npm run deploy created: site, counter, tables and logs. Shows what goes and asks before. You can ' +
    'stop it and run it again at any time. The state bucket keeps the old state for 30 days.',
)
  .option('--env <name>', 'an environment of cloud-resume.json (default: production)')
  .option('--keep-count', 'leave the table with the count: the next deploy adopts it', false)
  .option(
    '--export <file>',
    'write the count to a file first, for npm run import; offered unless --yes is given',
  )
  .option('--yes', 'do not ask: for pipelines. Without --keep-count, the count is deleted too', false)
  .option(
    '--unlock <id>',
    'release the lock that a dead run left behind; the message about the lock gives its id',
  )
  .action(async ({ env, ...options }) => destroy(await loadConfiguration({ environment: env }), options));

interface DestroyOptions {
  keepCount: boolean;
  export?: string | undefined;
  yes: boolean;
  unlock?: string | undefined;
}

async function destroy(configuration: Configuration, options: DestroyOptions): Promise<void> {
  const { prefix } = configuration;
  const { keepCount, unlock } = options;
  say(`Looking at ${prefix}:`);
  const account = await checkTools(configuration, say);
  const hasTable = await tableExists(configuration, countTable(configuration));
  const found = await findStateBucket(configuration, account);
  const hasState = found !== undefined && (await readState(found)) !== undefined;
  // No state bucket is created for nothing.
  if (!hasState && (!hasTable || keepCount)) {
    if (found) await deleteState(found);
    say('\nThere is nothing to tear down.');
    return;
  }
  const { workspace, state, bucket } = await openEnvironment({
    configuration,
    account,
    unlock,
    command: 'npm run destroy',
    say,
  });
  if (state) checkAgainstState(configuration, state);
  if (state || (hasTable && !keepCount)) {
    const variables = await workspace.setVariables({
      ...configuration.terraformVariables,
      deletion_protection: false,
    });
    await warn(configuration, options, hasTable ? await readCountOnAws(configuration) : 0);
    if (keepCount && holdsCount(state)) {
      await workspace.runPlain(['state', 'rm', '-lock-timeout=5s', COUNT_ADDRESS]);
    } else if (!keepCount && hasTable) {
      await adoptCount(workspace, state, variables);
      await liftDeletionProtection(configuration);
    }
    const plan = await makePlan(workspace, ['-destroy', variables]);
    say(`Tearing down ${plan.changes.length} resources (Ctrl-C stops gracefully; CloudFront takes minutes):`);
    await applyPlan(workspace, plan, say);
  }
  await deleteState(bucket);
  say(`  the bucket ${bucket.name} keeps the old state for 30 days, in case this was a mistake`);
  say(
    keepCount && hasTable
      ? `\n${prefix} is gone, except for the table ${countTable(configuration)}: npm run deploy${flagOf(configuration)} adopts it.`
      : `\n${prefix} is gone.`,
  );
}

/** A slip of the finger must not delete a count. */
async function warn(configuration: Configuration, options: DestroyOptions, count: number): Promise<void> {
  const { prefix } = configuration;
  const { keepCount, yes } = options;
  say(`\nThis tears down the site, the counter and everything else that belongs to ${prefix}.`);
  if (keepCount) say(`The table with the count of ${visitsText(count)} stays.`);
  else if (count > 0)
    say(`The count of ${visitsText(count)} is deleted too; --keep-count would leave its table.`);

  const file = options.export ?? `${prefix}-count.jsonl`;
  const isOffered = count > 0 && !yes && !keepCount;
  if (options.export !== undefined || (isOffered && (await confirm(`Export it to ${file} first?`, true)))) {
    await saveCount(configuration, file);
    say(`The count is in ${file}; npm run import adds it to another counter.`);
  }
  if (yes) return;
  if ((await ask(`Type ${prefix} to continue`)) !== prefix)
    throw new UserError('Stopped.', 'Nothing was torn down.');
}
