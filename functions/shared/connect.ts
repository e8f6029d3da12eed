/** Wires a function's clients from its environment, at cold start. */
import { setTimeout as sleep } from 'node:timers/promises';
import { createClock } from './clock.ts';
import { createDynamoDB, type DynamoDB } from './dynamodb.ts';
import { createHttp, type Http } from './http.ts';

export interface Clients {
  dynamodb: DynamoDB;
  /** Signed requests to another service. */
  http: (service: string, endpoint: string, maxSockets: number) => Http;
  /** DynamoDB's time; milliseconds since 1970. */
  now: () => number;
  random: () => number;
  sleep: (ms: number) => Promise<void>;
}

/** Initialisation waits no longer for the first connection. */
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
 * Opens the connection to DynamoDB and reads its time while Lambda still gives the function a whole processor. The function works if that
 * fails or takes too long: its first request tries again.
 */
export async function connectClients(
  environment: NodeJS.ProcessEnv = process.env,
  { maxSockets = 64 } = {},
): Promise<Clients> {
  const clock = createClock();
  const options = { environment, now: clock.now };
  const http = createHttp('dynamodb', endpointOf('dynamodb', environment), { maxSockets, ...options });
  const sentAt = clock.localNow();
  const ping = { method: 'GET' as const, path: '/', headers: {}, body: '', timeoutMs: CONNECT_MS };
  const { headers } = await http(ping).catch(() => ({ headers: {} as { date?: string } }));
  clock.observe(headers.date, sentAt);
  return {
    dynamodb: createDynamoDB({ http, clock, random: Math.random, sleep }),
    http: (service, endpoint, sockets) => createHttp(service, endpoint, { maxSockets: sockets, ...options }),
    now: clock.now,
    random: Math.random,
    sleep,
  };
}
