/** Reads and validates the functions' environment variables. */
import { ENVIRONMENT } from '../../contract/function-env.ts';
import { MAX_SHARDS } from '../../contract/tables.ts';

/** A function's configuration is missing or invalid; the message names every variable that needs attention. */
export class EnvironmentError extends Error {
  override name = 'EnvironmentError';
}

const NAMES = { ...ENVIRONMENT, functionName: 'AWS_LAMBDA_FUNCTION_NAME' } as const;

/** Reads a variable's text; throws the rule that the text breaks ("a whole number from 1 to 64"). */
type Reader<T> = (text: string) => T;

interface Variable<T> {
  read: Reader<T>;
  /** Its text if it is not set. */
  fallback?: string;
}

/** @throws {EnvironmentError} */
function readEnvironment<T extends Partial<Record<keyof typeof NAMES, unknown>>>(
  source: NodeJS.ProcessEnv,
  variables: { [K in keyof T]: Variable<T[K]> },
): T {
  const problems: string[] = [];
  const values: Partial<T> = {};
  for (const key of Object.keys(variables) as (keyof T & keyof typeof NAMES)[]) {
    const { read, fallback } = variables[key];
    const text = source[NAMES[key]]?.trim() || fallback;
    if (text === undefined) {
      problems.push(`${NAMES[key]} is not set`);
      continue;
    }
    try {
      values[key] = read(text);
    } catch (error) {
      const value = key === 'originSecrets' ? 'not usable' : JSON.stringify(text);
      problems.push(`${NAMES[key]} is ${value}; it must be ${(error as Error).message}`);
    }
  }
  if (problems.length > 0) {
    throw new EnvironmentError(
      `${problems.join('. ')}. Set the function's environment (infra/ or the topology) and deploy again.`,
    );
  }
  return values as T;
}

const wholeNumber =
  (min: number, max: number): Reader<number> =>
  (text) => {
    const value = Number(text);
    if (!Number.isSafeInteger(value) || value < min || value > max)
      throw new Error(`a whole number from ${min} to ${max}`);
    return value;
  };

const matching =
  (pattern: RegExp, rule: string): Reader<string> =>
  (text) => {
    if (!pattern.test(text)) throw new Error(rule);
    return text;
  };

const tableName = matching(
  /^[A-Za-z0-9_.-]{3,255}$/,
  'a DynamoDB table name (3 to 255 of A-Z a-z 0-9 _ . -)',
);
const topicArn = matching(/^arn:[\w-]+:sns:[\w-]+:\d{12}:[\w.-]+$/, "an SNS topic's ARN");
/** Without dots, which would break TLS. */
const bucketName = matching(
  /^[a-z0-9][a-z0-9-]{1,61}[a-z0-9]$/,
  'the name of a bucket (3 to 63 of a-z 0-9 -)',
);

/** An http(s) URL, without its trailing slash. */
const url: Reader<string> = (text) => {
  const parsed = URL.canParse(text) ? new URL(text) : undefined;
  if (parsed?.protocol !== 'https:' && parsed?.protocol !== 'http:') throw new Error('an http or https URL');
  return text.replace(/\/+$/, '');
};

/** Comma-separated origins, each a scheme and a host: `https://example.com`. */
const origins: Reader<ReadonlySet<string>> = (text) => {
  const list = text.split(',').map((item) => item.trim());
  for (const item of list) {
    if (!URL.canParse(item) || new URL(item).origin !== item) {
      throw new Error(
        `a comma-separated list of origins such as https://example.com (${JSON.stringify(item)} is not an origin)`,
      );
    }
  }
  return new Set(list);
};

/** Comma-separated secrets of at least 32 characters. */
const secrets: Reader<readonly string[]> = (text) => {
  const list = text.split(',').map((item) => item.trim());
  if (!list.every((item) => /^[\x21-\x7e]{32,}$/.test(item)))
    throw new Error('a comma-separated list of secrets of at least 32 visible ASCII characters');
  return list;
};

/** Comma-separated paths of pages, such as `de,fr`; empty for none. */
const paths: Reader<ReadonlySet<string>> = (text) => {
  const list = text.split(',').filter((item) => item.trim() !== '');
  if (!list.every((item) => /^[\w.-]{1,100}$/.test(item)))
    throw new Error('a comma-separated list of paths, each 1 to 100 of A-Z a-z 0-9 _ . -');
  return new Set(list);
};

/** A positive amount of money. */
const amount: Reader<number> = (text) => {
  const value = Number(text);
  if (!Number.isFinite(value) || value <= 0) throw new Error('a positive number');
  return value;
};

const optional = <T>(read: Reader<T>): Variable<T | undefined> => ({
  read: (text) => (text === '' ? undefined : read(text)),
  fallback: '',
});

/** What both functions need. */
const COMMON = {
  connectionIdsTable: { read: tableName },
  visitorCountTable: { read: tableName },
  counterShards: { read: wholeNumber(1, MAX_SHARDS), fallback: '8' },
  managementEndpoint: { read: url },
  functionName: { read: String },
};

/** @throws {EnvironmentError} which names every variable that is missing or invalid */
export const readUpdaterEnvironment = (source: NodeJS.ProcessEnv) =>
  readEnvironment(source, {
    ...COMMON,
    originSecrets: { read: secrets },
    allowedOrigins: { read: origins },
    connectionsPerAddress: { read: wholeNumber(0, 1_000_000), fallback: '1000' },
    editions: { read: paths, fallback: '' },
    ceilingUsdPerHour: optional(amount),
  });

/** @throws {EnvironmentError} which names every variable that is missing or invalid */
export const readBroadcasterEnvironment = (source: NodeJS.ProcessEnv) =>
  readEnvironment(source, {
    ...COMMON,
    postsPerSecond: { read: wholeNumber(1, 10_000), fallback: '100' },
    fanOutViewers: { read: wholeNumber(1, 1_000_000), fallback: '5000' },
    siteUrl: optional(url),
    alarmTopicArn: optional(topicArn),
    countBucket: optional(bucketName),
    countBadge: { read: (text) => text === 'true', fallback: 'false' },
  });
