/** Wires a function's clients from its environment, at cold start. */
import { setTimeout as sleep } from 'node:timers/promises';
import { createClock } from './clock.ts';
import { createDynamoDB, type DynamoDB } from './dynamodb.ts';
import { createHttp, type Http } from './http.ts';

export interface Clients {
  /** Resolves once the first connection is open or has failed. */
  connected: Promise<void>;
  dynamodb: DynamoDB;
  /** Signed requests to another service. */
  http: (service: string, endpoint: string, maxSockets: number) => Http;
  /** DynamoDB's time; milliseconds since 1970. */
  now: () => number;
  random: () => number;
  sleep: (ms: number) => Promise<void>;
}

/** The first connection is given up after this time. */
const CONNECT_MS = 300;

/** The endpoint of a service in the function's Region, or the one that the SDK's own variables set. */
export function endpointOf(service: 'dynamodb' | 'lambda', environment: NodeJS.ProcessEnv): string {
  const region = environment['AWS_REGION'] ?? '';
  return (
    environment[`AWS_ENDPOINT_URL_${service.toUpperCase()}`] ||
    environment['AWS_ENDPOINT_URL'] ||
    `https://${service}.${region}.amazonaws.com${region.startsWith('cn-') ? '.cn' : ''}`
  );
}

/**
 * Starts to open the connection to DynamoDB, whose answer also has the time. The first invocation waits for it, and works without it: its
 * first request then tries again.
 */
export function connectClients(
  environment: NodeJS.ProcessEnv = process.env,
  { maxSockets = 64 } = {},
): Clients {
  const clock = createClock();
  const options = { environment, now: clock.now };
  const http = createHttp('dynamodb', endpointOf('dynamodb', environment), { maxSockets, ...options });
  const sentAt = clock.localNow();
  const ping = { method: 'GET' as const, path: '/', headers: {}, body: '', timeoutMs: CONNECT_MS };
  return {
    connected: http(ping).then(
      ({ headers }) => clock.observe(headers.date, sentAt),
      () => {},
    ),
    dynamodb: createDynamoDB({ http, clock, random: Math.random, sleep }),
    http: (service, endpoint, sockets) => createHttp(service, endpoint, { maxSockets: sockets, ...options }),
    now: clock.now,
    random: Math.random,
    sleep,
  };
}
