/** An environment on AWS: its configuration and what its last apply put out. Needs credentials, but no Terraform. */
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { sdkDatabase } from '../../functions/shared/sdk-database.ts';
import type { OpenCounter } from '../local/counter.ts';
import { UserError } from '../../shared/user-error.ts';
import { flagOf, loadConfiguration, type Configuration } from '../configuration/index.ts';
import { snakeCase } from '../configuration/settings.ts';
import { identifyAccount } from './account.ts';
import { findStateBucket } from './state-bucket.ts';
import { readState, type State } from './state.ts';

/** A record to create where DNS is elsewhere. */
export interface DnsRecord {
  name: string;
  type: string;
  value: string;
  purpose: string;
}

/** infra/outputs.tf in camelCase, each with a value of its type. Terraform leaves out outputs that are null. */
export const OUTPUTS = {
  /** The domain once its certificate is in use, CloudFront's name until then. */
  url: '',
  /** The site's own, forwarded by CloudFront. */
  counterEndpoint: '',
  /** The API behind CloudFront. It rejects handshakes without CloudFront's secret. */
  directCounterEndpoint: '',
  originSecretGeneration: 0,
  dnsRecords: [] as DnsRecord[],
  domainInUse: false,
  dashboardUrl: '',
  region: '',
  siteBucket: '',
  /** Hash of each published file by its key. */
  siteFiles: {} as Record<string, string>,
  distributionId: '',
  distributionDomain: '',
  certificateArn: null as string | null,
  apiId: '',
  managementEndpoint: '',
  connectionIdsTable: '',
  visitorCountTable: '',
  counterShards: 0,
  updaterFunction: '',
  broadcasterFunction: '',
  failureQueueUrl: '',
  /** By Region; those under `site` are in us-east-1. */
  alarmNames: {} as Record<string, string[]>,
};

export type EnvironmentOutputs = typeof OUTPUTS;

export interface Environment {
  configuration: Configuration;
  outputs: EnvironmentOutputs;
}

/**
 * @param environment of cloud-resume.json
 * @throws {UserError} without credentials, and where it is unknown or not deployed, or not completely
 */
export async function readEnvironment(environment: string): Promise<Environment> {
  const configuration = await loadConfiguration({ environment });
  const account = await identifyAccount(configuration);
  const bucket = await findStateBucket(configuration, account);
  const state = bucket && (await readState(bucket));
  if (state) return { configuration, outputs: outputsOf(state, configuration) };
  throw new UserError(
    `${configuration.prefix} is not deployed in account ${account.id}.`,
    `Deploy it: npm run deploy${flagOf(configuration)}. If it is deployed, check --env and the name in ${configuration.file}.`,
  );
}

/** @throws {UserError} where some are missing: the apply was interrupted, or was an older version's */
export function outputsOf({ outputs }: State, configuration: Configuration): EnvironmentOutputs {
  const entries = Object.entries(OUTPUTS).map(([name, example]) => {
    const value = outputs[snakeCase(name)]?.value;
    return { name, value: value ?? null, isMissing: value === undefined && example !== null };
  });
  const missing = entries.filter(({ isMissing }) => isMissing);
  if (missing.length > 0) {
    throw new UserError(
      `${configuration.prefix} is not completely deployed: its state lacks ${missing.map(({ name }) => snakeCase(name)).join(', ')}.`,
      `Run npm run deploy${flagOf(configuration)}: it continues where the last one stopped.`,
    );
  }
  return Object.fromEntries(entries.map(({ name, value }) => [name, value])) as EnvironmentOutputs;
}

/** An environment's counter, for the commands that read or change it. */
export async function openAwsCounter(environment: string): Promise<OpenCounter> {
  const { configuration, outputs } = await readEnvironment(environment);
  const { region, connectionIdsTable, visitorCountTable, counterShards, siteFiles, url } = outputs;
  const client = new DynamoDBClient({ region });
  return {
    database: sdkDatabase(client, { connectionIdsTable, visitorCountTable, counterShards }),
    name: `${configuration.prefix} in ${region}`,
    url: new URL('/', url).href,
    // Pages have no extension, all other files do.
    pages: Object.keys(siteFiles).filter((path) => !path.includes('.')),
    close: async () => client.destroy(),
  };
}
