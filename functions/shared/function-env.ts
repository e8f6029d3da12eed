import { ENVIRONMENT } from '../../contract/function-env.ts';
import { MAX_SHARDS } from '../../contract/tables.ts';

/** A function's configuration is missing or invalid; the message names every variable that needs attention. */
export class EnvironmentError extends Error {
  override name = 'EnvironmentError';
}

type Source = Readonly<Record<string, string | undefined>>;
type Reader<T> = (text: string) => T;

/**
 * Reads all variables and reports every problem.
 * A reader throws the rule that the value breaks ("a whole number from 1 to 64").
 * @throws {EnvironmentError}
 */
export function readEnvironment<T extends Record<string, unknown>>(
  source: Source,
  shape: { [K in keyof T]: { name: string; read: Reader<T[K]>; fallback?: string } },
): T {
  const problems: string[] = [];
  const values: Partial<T> = {};
  for (const key of Object.keys(shape) as (keyof T)[]) {
    const { name, read, fallback } = shape[key];
    const text = source[name]?.trim() || fallback;
    if (text === undefined) {
      problems.push(`${name} is not set`);
      continue;
    }
    try {
      values[key] = read(text);
    } catch (error) {
      const value = read === secrets ? 'not usable' : JSON.stringify(text);
      problems.push(`${name} is ${value}; it must be ${(error as Error).message}`);
    }
  }
  if (problems.length > 0) {
    throw new EnvironmentError(
      `${problems.join('. ')}. Set the function's environment (infra/ or the topology) and deploy again.`,
    );
  }
  return values as T;
}

export const wholeNumber =
  (min: number, max: number): Reader<number> =>
  (text) => {
    const value = Number(text);
    if (!Number.isSafeInteger(value) || value < min || value > max)
      throw new Error(`a whole number from ${min} to ${max}`);
    return value;
  };

/** A table's name: 3 to 255 of DynamoDB's characters. */
export const tableName: Reader<string> = (text) => {
  if (!/^[A-Za-z0-9_.-]{3,255}$/.test(text))
    throw new Error('a DynamoDB table name (3 to 255 of A-Z a-z 0-9 _ . -)');
  return text;
};

/** An http(s) URL, without its trailing slash. */
export const url: Reader<string> = (text) => {
  const parsed = URL.canParse(text) ? new URL(text) : undefined;
  if (parsed?.protocol !== 'https:' && parsed?.protocol !== 'http:') throw new Error('an http or https URL');
  return text.replace(/\/+$/, '');
};

/** Comma-separated origins, each a scheme and a host: `https://example.com`. */
export const origins: Reader<ReadonlySet<string>> = (text) => {
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

/** Comma-separated secrets of at least 32 characters. The value is not repeated in the error. */
export const secrets: Reader<readonly string[]> = (text) => {
  const list = text.split(',').map((item) => item.trim());
  if (!list.every((item) => /^[\x21-\x7e]{32,}$/.test(item)))
    throw new Error('a comma-separated list of secrets of at least 32 visible ASCII characters');
  return list;
};

/** Comma-separated paths of pages, such as `de,fr`; empty for none. */
export const paths: Reader<ReadonlySet<string>> = (text) => {
  const list = text.split(',').filter((item) => item.trim() !== '');
  if (!list.every((item) => /^[\w.-]{1,100}$/.test(item)))
    throw new Error('a comma-separated list of paths, each 1 to 100 of A-Z a-z 0-9 _ . -');
  return new Set(list);
};

/** An SNS topic: `arn:aws:sns:eu-central-1:123456789012:cloud-resume-production-alarms`. */
export const topicArn: Reader<string> = (text) => {
  if (!/^arn:[\w-]+:sns:[\w-]+:\d{12}:[\w.-]+$/.test(text)) throw new Error("an SNS topic's ARN");
  return text;
};

/** A positive amount of money. */
export const amount: Reader<number> = (text) => {
  const value = Number(text);
  if (!Number.isFinite(value) || value <= 0) throw new Error('a positive number');
  return value;
};

/** The variables that both functions need. */
export const COUNTER_VARIABLES = {
  connectionIdsTable: { name: ENVIRONMENT.connectionIdsTable, read: tableName },
  visitorCountTable: { name: ENVIRONMENT.visitorCountTable, read: tableName },
  counterShards: { name: ENVIRONMENT.counterShards, read: wholeNumber(1, MAX_SHARDS), fallback: '8' },
};
