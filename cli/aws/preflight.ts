/** What has to be right before anything is built or changed. */
import { identifyAccount, type Account } from './account.ts';
import type { Configuration } from '../configuration/index.ts';
import { flagOf } from './outputs.ts';
import { UserError } from '../../shared/user-error.ts';
import { checkTerraformVersion } from './version.ts';
import type { State } from './state.ts';
import { checkConcurrency } from './concurrency.ts';
import { checkDomain } from './hosted-zone.ts';

/** @throws {UserError} with what to do about the first thing that is not right */
export async function preflight(configuration: Configuration, say: (line: string) => void): Promise<Account> {
  const { region, settings, whereIs } = configuration;
  say(`  Terraform ${checkTerraformVersion()}`);
  const account = await identifyAccount(configuration);
  say(`  account ${account.id} (${account.arn}), Region ${region}`);
  const domain = await checkDomain(configuration);
  if (domain) say(`  ${domain}`);
  const { limit, advice } = await checkConcurrency(region);
  say(`  ${advice ?? `Lambda: ${limit} executions at the same time`}`);
  if (settings.alarmEmail === undefined) {
    say(`  no e-mail for alarms and no budget: set ${whereIs('alarmEmail')} to have both`);
  }
  return account;
}

/**
 * What an existing environment cannot follow.
 * @throws {UserError} where the Region differs, or the counter has fewer shards: visits would be lost from sight
 */
export function checkAgainstState(configuration: Configuration, { outputs }: State): void {
  const { region, settings, prefix, whereIs } = configuration;
  const deployed = outputs['region']?.value;
  if (typeof deployed === 'string' && deployed !== region) {
    throw new UserError(
      `${prefix} is deployed in ${deployed}, but the configuration says ${region}: Terraform would lose sight of all of it and begin anew.`,
      `Set ${whereIs('region')} back to ${deployed}. To move: npm run export, npm run destroy, change the Region, npm run deploy, npm run import${flagOf(configuration) ? ` (each with${flagOf(configuration)})` : ''}.`,
    );
  }
  const shards = outputs['counter_shards']?.value;
  if (typeof shards === 'number' && settings.counterShards !== undefined && settings.counterShards < shards) {
    throw new UserError(
      `counterShards is ${settings.counterShards}, but the count is spread over ${shards}: the visits in the others would not be read.`,
      `Set ${whereIs('counterShards')} to ${shards} or more.`,
    );
  }
}
