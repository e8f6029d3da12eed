/** The functions' environment variables. Terraform and the local cloud set them. */
export const ENVIRONMENT = {
  /** Name of the ConnectionIds table. */
  connectionIdsTable: 'CONNECTION_IDS_TABLE',
  /** Name of the VisitorCount table. */
  visitorCountTable: 'VISITOR_COUNT_TABLE',
  /** `https://{api}.execute-api.{region}.amazonaws.com/{stage}`: the base of @connections. */
  managementEndpoint: 'API_GATEWAY_MANAGEMENT_ENDPOINT',
  /** Comma-separated origins of the pages that may connect, such as `https://example.com`. */
  allowedOrigins: 'ALLOWED_ORIGINS',
  /** Comma-separated values of {@link ORIGIN_SECRET_HEADER} that the updater accepts: the current one and the next. */
  originSecrets: 'ORIGIN_SECRETS',
  /** Number of items that share the counter; 1 to 64. */
  counterShards: 'COUNTER_SHARDS',
  /** Average number of posts per second; the cost ceiling. */
  postsPerSecond: 'POSTS_PER_SECOND',
  /** A larger audience is shared by workers, each with at most as many viewers. */
  fanOutViewers: 'FAN_OUT_VIEWERS',
  /** The site's address, which the broadcaster probes every five minutes; not set for no probe. */
  siteUrl: 'SITE_URL',
  /** Bucket into which the broadcaster writes {@link COUNT_FILE}; not set for no file. */
  countBucket: 'COUNT_BUCKET',
  /** `true` for {@link BADGE_FILE} next to it. */
  countBadge: 'COUNT_BADGE',
  /** Connections that one address may open in ten minutes; 0 for no limit. Loopback is not limited. */
  connectionsPerAddress: 'CONNECTIONS_PER_ADDRESS',
  /** Comma-separated paths of the pages other than the index, from the site manifest: the only editions that are counted. */
  editions: 'EDITIONS',
  /** Topic to which the broadcaster reports the first visit through a counted link; not set for no e-mail. */
  alarmTopicArn: 'ALARM_TOPIC_ARN',
  /** What any load can cost the counter in an hour, in US dollars, for the answer to `hello`; not set if nothing is charged. */
  ceilingUsdPerHour: 'CEILING_USD_PER_HOUR',
} as const;

/** Keys in the site's bucket. The last snapshot that was broadcast, with the time as `at`; `{}` until there is one. */
export const COUNT_FILE = 'count.json';
/** The number of visits as a picture. */
export const BADGE_FILE = 'count.svg';

/** CloudFront adds this header to every request to the API. A handshake without a valid value did not come through the edge. */
export const ORIGIN_SECRET_HEADER = 'X-Origin-Secret';
