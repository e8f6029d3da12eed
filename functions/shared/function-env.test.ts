import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readBroadcasterEnvironment, readUpdaterEnvironment } from './function-env.ts';

const UPDATER = {
  ORIGIN_SECRETS: `${'a'.repeat(36)},${'b'.repeat(36)}`,
  CONNECTION_IDS_TABLE: 'connection-ids',
  VISITOR_COUNT_TABLE: 'visitor-count',
  ALLOWED_ORIGINS: 'https://example.com, http://localhost:4000',
  AWS_LAMBDA_FUNCTION_NAME: 'updater',
  API_GATEWAY_MANAGEMENT_ENDPOINT: 'https://a1.execute-api.us-east-1.amazonaws.com/live',
};
const BROADCASTER = {
  CONNECTION_IDS_TABLE: 'connection-ids',
  VISITOR_COUNT_TABLE: 'visitor-count',
  AWS_LAMBDA_FUNCTION_NAME: 'broadcaster',
  API_GATEWAY_MANAGEMENT_ENDPOINT: 'https://a1.execute-api.us-east-1.amazonaws.com/live/',
};

test('reads a complete environment and fills in the defaults', () => {
  assert.deepEqual(readUpdaterEnvironment(UPDATER), {
    connectionIdsTable: 'connection-ids',
    visitorCountTable: 'visitor-count',
    counterShards: 8,
    managementEndpoint: 'https://a1.execute-api.us-east-1.amazonaws.com/live',
    originSecrets: ['a'.repeat(36), 'b'.repeat(36)],
    allowedOrigins: new Set(['https://example.com', 'http://localhost:4000']),
    connectionsPerAddress: 1_000,
    editions: new Set(),
    ceilingUsdPerHour: undefined,
    functionName: 'updater',
  });
  assert.deepEqual(readBroadcasterEnvironment(BROADCASTER), {
    connectionIdsTable: 'connection-ids',
    visitorCountTable: 'visitor-count',
    counterShards: 8,
    managementEndpoint: 'https://a1.execute-api.us-east-1.amazonaws.com/live',
    postsPerSecond: 100,
    fanOutViewers: 5_000,
    siteUrl: undefined,
    alarmTopicArn: undefined,
    countBucket: undefined,
    countBadge: false,
    functionName: 'broadcaster',
  });
  const topic = 'arn:aws:sns:eu-central-1:123456789012:cloud-resume-production-alarms';
  const set = { ...BROADCASTER, SITE_URL: 'https://example.com/', ALARM_TOPIC_ARN: topic };
  const { siteUrl, alarmTopicArn } = readBroadcasterEnvironment(set);
  assert.deepEqual([siteUrl, alarmTopicArn], ['https://example.com', topic]);
  const paid = readUpdaterEnvironment({ ...UPDATER, EDITIONS: 'de,fr.v2', CEILING_USD_PER_HOUR: '1.85' });
  assert.deepEqual([paid.editions, paid.ceilingUsdPerHour], [new Set(['de', 'fr.v2']), 1.85]);
});

test('reports every problem, each with its variable', () => {
  assert.throws(
    () =>
      readUpdaterEnvironment({
        VISITOR_COUNT_TABLE: 'a b',
        ALLOWED_ORIGINS: 'example.com',
        COUNTER_SHARDS: '0',
        AWS_LAMBDA_FUNCTION_NAME: 'updater',
      }),
    {
      name: 'EnvironmentError',
      message:
        'CONNECTION_IDS_TABLE is not set. ' +
        'VISITOR_COUNT_TABLE is "a b"; it must be a DynamoDB table name (3 to 255 of A-Z a-z 0-9 _ . -). ' +
        'COUNTER_SHARDS is "0"; it must be a whole number from 1 to 64. ' +
        'API_GATEWAY_MANAGEMENT_ENDPOINT is not set. ' +
        'ORIGIN_SECRETS is not set. ' +
        'ALLOWED_ORIGINS is "example.com"; it must be a comma-separated list of origins such as https://example.com ("example.com" is not an origin). ' +
        "Set the function's environment (infra/ or the topology) and deploy again.",
    },
  );
});

for (const [name, value] of [
  ['POSTS_PER_SECOND', '0'],
  ['POSTS_PER_SECOND', '10.5'],
  ['POSTS_PER_SECOND', 'many'],
  ['COUNTER_SHARDS', '65'],
  ['API_GATEWAY_MANAGEMENT_ENDPOINT', 'wss://example.com/live'],
  ['SITE_URL', 'example.com'],
  ['ALARM_TOPIC_ARN', 'cloud-resume-production-alarms'],
  ['EDITIONS', 'de,a#b'],
  ['CEILING_USD_PER_HOUR', 'free'],
] as const) {
  test(`${name}=${value} is rejected`, () => {
    assert.throws(
      () =>
        name === 'EDITIONS' || name === 'CEILING_USD_PER_HOUR'
          ? readUpdaterEnvironment({ ...UPDATER, [name]: value })
          : readBroadcasterEnvironment({ ...BROADCASTER, [name]: value }),
      new RegExp(`${name} is "${value}"; it must be `),
    );
  });
}

for (const origin of ['https://example.com/', 'https://example.com/page', '*', 'null', '']) {
  test(`${JSON.stringify(origin)} is not an origin`, () => {
    assert.throws(
      () => readUpdaterEnvironment({ ...UPDATER, ALLOWED_ORIGINS: `https://example.com,${origin}` }),
      /ALLOWED_ORIGINS is /,
    );
  });
}

test('rejects a short secret without repeating it', () => {
  assert.throws(
    () => readUpdaterEnvironment({ ...UPDATER, ORIGIN_SECRETS: 'hunter2' }),
    (error: Error) => {
      assert.match(error.message, /^ORIGIN_SECRETS is not usable; it must be .* at least 32/);
      assert.doesNotMatch(error.message, /hunter2/);
      return true;
    },
  );
});
