/** Finds out whose credentials these are. */
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import type { Configuration } from '../configuration/index.ts';
import { UserError } from '../../shared/user-error.ts';
import { inAws } from './errors.ts';

export interface Account {
  /** Twelve digits. */
  id: string;
  /** Of the user or role. */
  arn: string;
}

/** @throws {UserError} without credentials, and where they belong to another account than the configured one */
export async function identifyAccount({ region, settings, whereIs }: Configuration): Promise<Account> {
  const { Account, Arn } = await inAws('find out whose credentials these are', region, () =>
    new STSClient({ region }).send(new GetCallerIdentityCommand({})),
  );
  if (settings.account !== undefined && settings.account !== Account) {
    throw new UserError(
      `These AWS credentials belong to account ${Account}, but the site belongs to account ${settings.account}.`,
      `Choose other credentials (AWS_PROFILE), or change ${whereIs('account')}.`,
    );
  }
  return { id: Account!, arn: Arn! };
}
