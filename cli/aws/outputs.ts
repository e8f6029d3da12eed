/** What an environment's last apply put out: names and addresses of its parts. Needs credentials, but no Terraform. */
import { identifyAccount, type Account } from './account.ts';
import type { Configuration } from '../configuration/index.ts';
import { UserError } from '../../shared/user-error.ts';
import { findStateBucket } from './state-bucket.ts';
import { readState, type State } from './state.ts';

/** infra/outputs.tf, in camel case. */
export interface EnvironmentOutputs {
  /** Where the site is found: the domain once its certificate is in use, CloudFront's name until then. */
  url: string;
  /** `wss://…`, as it stands in the page. */
  counterEndpoint: string;
  /** Records to create where DNS is elsewhere. */
  dnsRecords: DnsRecord[];
  domainInUse: boolean;
  dashboardUrl: string;
  region: string;
  siteBucket: string;
  distributionId: string;
  distributionDomain: string;
  /** Issued or not; null without a domain. */
  certificateArn: string | null;
  apiId: string;
  managementEndpoint: string;
  connectionIdsTable: string;
  visitorCountTable: string;
  counterShards: number;
  updaterFunction: string;
  broadcasterFunction: string;
  failureQueueUrl: string;
  /** By their Region; those under `site` are in us-east-1. */
  alarmNames: Record<string, string[]>;
}

export interface DnsRecord {
  name: string;
  type: string;
  value: string;
  purpose: string;
}

const NAMES = [
  'url',
  'counter_endpoint',
  'dns_records',
  'domain_in_use',
  'dashboard_url',
  'region',
  'site_bucket',
  'distribution_id',
  'distribution_domain',
  'certificate_arn',
  'api_id',
  'management_endpoint',
  'connection_ids_table',
  'visitor_count_table',
  'counter_shards',
  'updater_function',
  'broadcaster_function',
  'failure_queue_url',
  'alarm_names',
] as const;

/** @throws {UserError} where the environment has not been deployed, or not completely */
export async function readEnvironmentOutputs(
  configuration: Configuration,
  account?: Account,
): Promise<EnvironmentOutputs> {
  const owner = account ?? (await identifyAccount(configuration));
  const bucket = await findStateBucket(configuration, owner);
  const state = bucket && (await readState(bucket));
  if (!state) {
    throw new UserError(
      `${configuration.prefix} is not deployed in account ${owner.id}.`,
      `Deploy it: npm run deploy${flagOf(configuration)}. If it is, check --env and the name in ${configuration.file}.`,
    );
  }
  return outputsOf(state, configuration);
}

/** @throws {UserError} where some are missing: the apply was interrupted, or was an older version's */
export function outputsOf({ outputs }: State, configuration: Configuration): EnvironmentOutputs {
  // Terraform leaves outputs without a value out.
  const missing = NAMES.filter((name) => name !== 'certificate_arn' && outputs[name] === undefined);
  if (missing.length > 0) {
    throw new UserError(
      `${configuration.prefix} is not completely deployed: its state does not say ${missing.join(', ')}.`,
      `Run npm run deploy${flagOf(configuration)}: it goes on where the last one stopped.`,
    );
  }
  const named = NAMES.map((name) => [camelCase(name), outputs[name]?.value ?? null]);
  return Object.fromEntries(named) as unknown as EnvironmentOutputs;
}

/** ` -- --env staging` behind a command; nothing for the default. */
export function flagOf({ environment }: Configuration): string {
  return environment === 'production' ? '' : ` -- --env ${environment}`;
}

function camelCase(name: string): string {
  return name.replaceAll(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
}
