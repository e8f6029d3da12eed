/** Whose credentials these are. */
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import type { Configuration } from '../configuration/index.ts';
import { UserError } from '../../shared/user-error.ts';
import { inAws } from './errors.ts';

// The SDK tells everybody on Node 20 at every start when it will want 22: that is for us to follow, not for the owner.
process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] ??= 'true';

export interface Account {
  /** Twelve digits. */
  id: string;
  /** Of the user or role. */
  arn: string;
}

/** @throws {UserError} without credentials, and where they belong to another account than the configuration names */
export async function identifyAccount({ region, settings, whereIs }: Configuration): Promise<Account> {
  const { Account, Arn } = await inAws('ask whose credentials these are', region, () =>
    new STSClient({ region }).send(new GetCallerIdentityCommand({})),
  );
  if (settings.account !== undefined && settings.account !== Account) {
    throw new UserError(
      `These AWS credentials are of account ${Account}, but the site belongs in ${settings.account}.`,
      `Choose the right ones (AWS_PROFILE), or change ${whereIs('account')}.`,
    );
  }
  return { id: Account!, arn: Arn! };
}
