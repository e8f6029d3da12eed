/** The settings in TypeScript's and in Terraform's terms. */
import path from 'node:path';
import { INFRA, OWNER, PROGRAM } from './folders.ts';

/** The settings that the commands themselves use. schema.json describes all settings; Terraform gets the rest as they are. */
export interface Settings {
  region: string;
  /** Path of the résumé, relative to the configuration file. */
  resume?: string;
  theme?: string;
  paper?: 'a4' | 'letter';
  account?: string;
  stateBucketName?: string;
  domain?: string;
  additionalDomains?: string[];
  hostedZoneId?: string;
  siteBucketName?: string;
  siteAccessLogs?: boolean;
  instantNumber?: boolean;
  countBadge?: boolean;
  gatewayAccessLogs?: boolean;
  gatewayAccountRole?: boolean;
  counterShards?: number;
  permissionsBoundary?: string;
  alarmEmail?: string;
  monthlyBudgetUsd?: number;
  [other: string]: unknown;
}

/** cloud-resume.json as it is written. */
export interface ConfigurationFile extends Partial<Settings> {
  $schema?: string;
  name?: string;
  environments?: Record<string, Partial<Settings>>;
}

/** Used by the commands only. */
export const NOT_TERRAFORM = ['resume', 'theme', 'paper', 'account', 'stateBucketName', 'gatewayAccountRole'];

/** Settings as Terraform variables: `alarmEmail` is `alarm_email`. Contains only what is set: infra/ has the defaults. */
export function terraformVariables(
  name: string,
  environment: string,
  settings: Settings,
): Record<string, unknown> {
  const variables = Object.entries(settings)
    .filter(([key]) => !NOT_TERRAFORM.includes(key))
    .map(([key, value]) => [snakeCase(key), value] as const);
  return {
    // A budget needs an address to write to.
    ...(settings.alarmEmail !== undefined && { monthly_budget_usd: 5 }),
    ...(OWNER !== PROGRAM && {
      site_directory: fromInfra('site'),
      functions_directory: fromInfra('functions'),
    }),
    ...Object.fromEntries(variables),
    name,
    environment,
  };
}

const fromInfra = (folder: string) => terraformPath(INFRA, path.join(OWNER, 'dist', folder));

/** Relative and with forward slashes, because the state contains the path and must not differ between machines. */
export function terraformPath(from: string, to: string, { relative, sep } = path): string {
  return relative(from, to).split(sep).join('/');
}

export function snakeCase(key: string): string {
  return key.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}
