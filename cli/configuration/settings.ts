/** What schema.json describes, as types. The schema and infra/variables.tf are compared by a test. */

/** What an environment may set for itself. */
export interface Settings {
  region: string;
  /** Path of the résumé, from the configuration file on. */
  resume: string;
  theme?: string;
  paper?: 'a4' | 'letter';
  account?: string;
  stateBucketName?: string;
  tags?: Record<string, string>;
  domain?: string;
  additionalDomains?: string[];
  hostedZoneId?: string;
  counterDomain?: string;
  additionalOrigins?: string[];
  siteBucketName?: string;
  oldVersionsDays?: number;
  priceClass?: 'PriceClass_100' | 'PriceClass_200' | 'PriceClass_All';
  siteAccessLogs?: boolean;
  lambdaRuntime?: string;
  updaterTimeout?: number;
  updaterMemory?: number;
  broadcasterTimeout?: number;
  broadcasterMemory?: number;
  counterShards?: number;
  postsPerSecond?: number;
  fanOutViewers?: number;
  connectionsPerAddress?: number;
  retryAttempts?: number;
  recordAgeSeconds?: number;
  permissionsBoundary?: string;
  tracing?: boolean;
  deletionProtection?: boolean;
  pointInTimeRecovery?: boolean;
  throttleRate?: number;
  throttleBurst?: number;
  gatewayAccessLogs?: boolean;
  gatewayAccountRole?: boolean;
  logRetentionDays?: number;
  alarmEmail?: string;
  monthlyBudgetUsd?: number;
}

export type SettingName = keyof Settings;

/** cloud-resume.json as it is written. */
export interface ConfigurationFile extends Partial<Settings> {
  $schema?: string;
  name?: string;
  environments?: Record<string, Partial<Settings>>;
}
