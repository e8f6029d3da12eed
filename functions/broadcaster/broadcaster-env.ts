import { ENVIRONMENT } from '../../contract/function-env.ts';
import { COUNTER_VARIABLES, readEnvironment, topicArn, url, wholeNumber } from '../shared/function-env.ts';

export interface BroadcasterEnvironment extends Record<string, unknown> {
  connectionIdsTable: string;
  visitorCountTable: string;
  counterShards: number;
  managementEndpoint: string;
  postsPerSecond: number;
  fanOutViewers: number;
  siteUrl: string | undefined;
  alarmTopicArn: string | undefined;
  /** Set by Lambda. */
  functionName: string;
}

/** @throws {EnvironmentError} which names every variable that is missing or invalid */
export function readBroadcasterEnvironment(source: NodeJS.ProcessEnv): BroadcasterEnvironment {
  return readEnvironment<BroadcasterEnvironment>(source, {
    ...COUNTER_VARIABLES,
    managementEndpoint: { name: ENVIRONMENT.managementEndpoint, read: url },
    postsPerSecond: { name: ENVIRONMENT.postsPerSecond, read: wholeNumber(1, 10_000), fallback: '100' },
    fanOutViewers: { name: ENVIRONMENT.fanOutViewers, read: wholeNumber(1, 1_000_000), fallback: '5000' },
    siteUrl: { name: ENVIRONMENT.siteUrl, read: (text) => (text ? url(text) : undefined), fallback: '' },
    alarmTopicArn: {
      name: ENVIRONMENT.alarmTopicArn,
      read: (text) => (text ? topicArn(text) : undefined),
      fallback: '',
    },
    functionName: { name: 'AWS_LAMBDA_FUNCTION_NAME', read: String },
  });
}
