/** Checks what a deploy needs, before anything is built or changed. */
import { GetAccountSettingsCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { UserError } from '../../shared/user-error.ts';
import { flagOf, type Configuration } from '../configuration/index.ts';
import { identifyAccount, type Account } from './account.ts';
import { inAws } from './errors.ts';
import { checkDomain } from './hosted-zone.ts';
import type { State } from './state.ts';
import { checkTerraformVersion } from './terraform.ts';

/** @throws {UserError} that says what to do about the first thing that is missing */
export async function preflight(configuration: Configuration, say: (line: string) => void): Promise<Account> {
  const { region, settings, whereIs } = configuration;
  const account = await checkTools(configuration, say);
  const domain = await checkDomain(configuration);
  if (domain) say(`  ${domain}`);
  say(`  ${await checkConcurrency(region)}`);
  if (settings.alarmEmail === undefined)
    say(`  no e-mail for alarms, and so no budget: set ${whereIs('alarmEmail')} to have both`);
  return account;
}

/** Terraform and credentials, which every command that changes AWS needs. */
export async function checkTools(
  configuration: Configuration,
  say: (line: string) => void,
): Promise<Account> {
  say(`  Terraform ${checkTerraformVersion()}`);
  const account = await identifyAccount(configuration);
  say(`  account ${account.id} (${account.arn}), Region ${configuration.region}`);
  return account;
}

/** New accounts begin with 10 concurrent executions. Each connect takes one for some hundredths of a second. */
const ENOUGH = 100;

/** @returns a line about the account's limit. A small one works, except in a rush of visitors. */
async function checkConcurrency(region: string): Promise<string> {
  const { AccountLimit } = await inAws("read Lambda's quota", region, () =>
    new LambdaClient({ region }).send(new GetAccountSettingsCommand({})),
  );
  const limit = AccountLimit?.ConcurrentExecutions ?? 0;
  return limit >= ENOUGH
    ? `Lambda: ${limit} concurrent executions`
    : `Lambda may run only ${limit} functions at the same time in this account: in a rush of visitors, some pages connect at their second try. Ask for 1,000 (free): https://${region}.console.aws.amazon.com/servicequotas/home/services/lambda/quotas/L-B99A9384\n  AWS may also ask to verify a new account before it can use CloudFront. If the deploy stops there, open a free case at https://console.aws.amazon.com/support ("Account and billing") and run it again: it continues.`;
}

/**
 * Checks what an existing environment cannot change.
 * @throws {UserError} where the Region differs, or the counter would have fewer shards
 */
export function checkAgainstState(configuration: Configuration, { outputs }: State): void {
  const { region, settings, prefix, whereIs } = configuration;
  const flag = flagOf(configuration);
  const deployed = outputs['region']?.value;
  if (typeof deployed === 'string' && deployed !== region) {
    throw new UserError(
      `${prefix} is deployed in ${deployed}, but the configuration says ${region}: Terraform would lose track of everything and start from nothing.`,
      `Set ${whereIs('region')} back to ${deployed}. To move: npm run export, npm run destroy, change the Region, npm run deploy, npm run import${flag ? ` (each with${flag})` : ''}.`,
    );
  }
  const shards = outputs['counter_shards']?.value;
  if (typeof shards === 'number' && settings.counterShards !== undefined && settings.counterShards < shards) {
    throw new UserError(
      `counterShards is ${settings.counterShards}, but the count is spread over ${shards}: visits in the others would not be read.`,
      `Set ${whereIs('counterShards')} to ${shards} or more.`,
    );
  }
}
