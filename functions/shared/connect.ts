/** Wires a function's clients from its environment, at cold start. */
import { setTimeout as sleep } from 'node:timers/promises';
import { createClock } from './clock.ts';
import { createDynamoDB, type DynamoDB } from './dynamodb.ts';
import { createHttp, type Http } from './http.ts';

export interface Clients {
  /** Opens connections to DynamoDB, or checks the open ones. Never rejects; gives up after 300 ms. */
  connect: () => Promise<void>;
  dynamodb: DynamoDB;
  /** Signed requests to another service. */
  http: (service: string, endpoint: string, maxSockets: number) => Http;
  /** DynamoDB's time; milliseconds since 1970. */
  now: () => number;
  random: () => number;
  sleep: (ms: number) => Promise<void>;
}

/** A connection that takes longer is given up. */
const CONNECT_MS = 300;

/** The endpoint of a service in the function's Region, or the one that the SDK's own variables set. */
export function endpointOf(
  service: 'dynamodb' | 'lambda' | 's3' | 'sns',
  environment: NodeJS.ProcessEnv,
): string {
  const region = environment['AWS_REGION'] ?? '';
  return (
    environment[`AWS_ENDPOINT_URL_${service.toUpperCase()}`] ||
    environment['AWS_ENDPOINT_URL'] ||
    `https://${service}.${region}.amazonaws.com${region.startsWith('cn-') ? '.cn' : ''}`
  );
}

/**
 * A function calls `connect` while it initialises, with a full processor and before the first event. The first invocation waits for
 * it, and works without it: its first request then tries again. DynamoDB's answer also has the time.
 */
export function connectClients(
  environment: NodeJS.ProcessEnv = process.env,
  { maxSockets = 64 } = {},
): Clients {
  const clock = createClock();
  const options = { environment, now: clock.now };
  const http = createHttp('dynamodb', endpointOf('dynamodb', environment), { maxSockets, ...options });
  const ping = async () => {
    const sentAt = clock.localNow();
    const request = { method: 'GET' as const, path: '/', headers: {}, body: '', timeoutMs: CONNECT_MS };
    const answer = await http(request).catch(() => undefined);
    clock.observe(answer?.headers.date, sentAt);
  };
  return {
    // Two connections: the updater sends two requests at a time. They start before initialisation ends, and with it the full
    // processor: reading the root certificates alone takes 4 ms of that.
    connect: async () => void (await Promise.all([ping(), ping()])),
    dynamodb: createDynamoDB({ http, clock, random: Math.random, sleep }),
    http: (service, endpoint, sockets) => createHttp(service, endpoint, { maxSockets: sockets, ...options }),
    now: clock.now,
    random: Math.random,
    sleep,
  };
}
