import { ENVIRONMENT } from '../../contract/function-env.ts';
import {
  amount,
  COUNTER_VARIABLES,
  paths,
  origins,
  readEnvironment,
  secrets,
  url,
  wholeNumber,
} from '../shared/function-env.ts';

export interface UpdaterEnvironment extends Record<string, unknown> {
  connectionIdsTable: string;
  visitorCountTable: string;
  counterShards: number;
  managementEndpoint: string;
  originSecrets: readonly string[];
  allowedOrigins: ReadonlySet<string>;
  connectionsPerAddress: number;
  editions: ReadonlySet<string>;
  ceilingUsdPerHour: number | undefined;
  /** Set by Lambda. */
  functionName: string;
}

/** @throws {EnvironmentError} which names every variable that is missing or invalid */
export function readUpdaterEnvironment(source: NodeJS.ProcessEnv): UpdaterEnvironment {
  return readEnvironment<UpdaterEnvironment>(source, {
    ...COUNTER_VARIABLES,
    managementEndpoint: { name: ENVIRONMENT.managementEndpoint, read: url },
    originSecrets: { name: ENVIRONMENT.originSecrets, read: secrets },
    allowedOrigins: { name: ENVIRONMENT.allowedOrigins, read: origins },
    connectionsPerAddress: {
      name: ENVIRONMENT.connectionsPerAddress,
      read: wholeNumber(0, 1_000_000),
      fallback: '1000',
    },
    editions: { name: ENVIRONMENT.editions, read: paths, fallback: '' },
    ceilingUsdPerHour: {
      name: ENVIRONMENT.ceilingUsdPerHour,
      read: (text) => (text ? amount(text) : undefined),
      fallback: '',
    },
    functionName: { name: 'AWS_LAMBDA_FUNCTION_NAME', read: String },
  });
}
