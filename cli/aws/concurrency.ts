/** How many functions the account may run at the same time. */
import { GetAccountSettingsCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { inAws } from './errors.ts';

/** New accounts begin with 10. Each connect occupies one execution for some hundredths of a second. */
const ENOUGH = 100;

/** @returns the account's limit, and what to do where it is small; a small one works, but not in a storm */
export async function checkConcurrency(region: string): Promise<{ limit: number; advice?: string }> {
  const { AccountLimit } = await inAws("read Lambda's quota", region, () =>
    new LambdaClient({ region }).send(new GetAccountSettingsCommand({})),
  );
  const limit = AccountLimit?.ConcurrentExecutions ?? 0;
  if (limit >= ENOUGH) return { limit };
  return {
    limit,
    advice: `Lambda may run ${limit} functions at the same time in this account: in a rush of visitors, some pages connect only at their second try. Ask for 1,000 (free): https://${region}.console.aws.amazon.com/servicequotas/home/services/lambda/quotas/L-B99A9384`,
  };
}
