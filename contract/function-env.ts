/** Names of the environment variables that the functions read. Terraform and the local cloud set them. */
export const ENVIRONMENT = {
  /** Name of the ConnectionIds table. */
  connectionIdsTable: 'CONNECTION_IDS_TABLE',
  /** Name of the VisitorCount table. */
  visitorCountTable: 'VISITOR_COUNT_TABLE',
  /** `https://{api}.execute-api.{region}.amazonaws.com/{stage}`: where @connections lives. */
  managementEndpoint: 'API_GATEWAY_MANAGEMENT_ENDPOINT',
  /** Comma-separated origins of the pages that may connect, such as `https://example.com`. */
  allowedOrigins: 'ALLOWED_ORIGINS',
  /** How many items the counter is spread over; 1 to 64. */
  counterShards: 'COUNTER_SHARDS',
  /** Average number of posts a second that broadcasts may use; the cost ceiling. */
  postsPerSecond: 'POSTS_PER_SECOND',
  /** An audience larger than this is told by several workers at once, each for as many viewers at most. */
  fanOutViewers: 'FAN_OUT_VIEWERS',
  /** Connections that one address may open in ten minutes; 0 is without limit. Loopback has none. */
  connectionsPerAddress: 'CONNECTIONS_PER_ADDRESS',
} as const;
