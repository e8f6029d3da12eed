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
  countBucket: string | undefined;
  countBadge: boolean;
  /** Set by Lambda. */
  functionName: string;
}

/** Without dots, which would break TLS; empty for none. */
const bucketName = (text: string): string | undefined => {
  if (text !== '' && !/^[a-z0-9][a-z0-9-]{1,61}[a-z0-9]$/.test(text))
    throw new Error('the name of a bucket (3 to 63 of a-z 0-9 -)');
  return text || undefined;
};

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
    countBucket: { name: ENVIRONMENT.countBucket, read: bucketName, fallback: '' },
    countBadge: { name: ENVIRONMENT.countBadge, read: (text) => text === 'true', fallback: 'false' },
    functionName: { name: 'AWS_LAMBDA_FUNCTION_NAME', read: String },
  });
}
