/** Settings as Terraform's variables: `alarmEmail` is `alarm_email`. */
import type { Settings } from './settings.ts';

/** Read by the commands themselves. */
const NOT_TERRAFORM = new Set([
  'resume',
  'theme',
  'paper',
  'account',
  'stateBucketName',
  'gatewayAccountRole',
]);

/** Only what is set: the rest has its default in infra/variables.tf. */
export function terraformVariables(
  name: string,
  environment: string,
  settings: Settings,
): Record<string, unknown> {
  const own = Object.entries(settings)
    .filter(([key]) => !NOT_TERRAFORM.has(key))
    .map(([key, value]) => [snakeCase(key), value] as const);
  return {
    // Without an address there is nobody for the budget to write to.
    ...(settings.alarmEmail === undefined && { monthly_budget_usd: 0 }),
    ...Object.fromEntries(own),
    name,
    environment,
  };
}

export function snakeCase(key: string): string {
  return key.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}
