/**
 * A flood against the throttles that Terraform sets, metered like AWS's bill. One hour of it must not cost more than the output
 * worst_case_usd_per_hour promises, in total and in each part.
 */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { startCapacityProxy, type CapacityProxy } from '../../bench/capacity/proxy.ts';
import { withUnits } from '../../bench/storms/meter.ts';
import { countEvent, noUsage, sumOfFunctions } from '../../bench/usage.ts';
import { PRICES } from '../../contract/prices.ts';
import { localTopology } from '../../local-cloud/counter-topology.ts';
import type { LocalCloudEvent } from '../../local-cloud/observer.ts';
import { connectClient, RefusedError, type TestClient } from '../support/client.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { missingPrograms } from '../support/tools.ts';
import { functionsDirectory, startCloud, type AttackedCloud } from './support/cloud.ts';

const skip = missingPrograms('terraform');

/** The defaults in infra/variables_counter.tf, with a burst that the flood exhausts immediately. */
const CONNECTS_PER_SECOND = 5;
const MESSAGES_PER_SECOND = 7;
const BURST = 5;
/** Bytes of the largest message, and of the largest frame: each 32 KB are charged as a message. */
const MESSAGE_BYTES = 128 * 1024;
const FRAME_BYTES = 32 * 1024;
/** Seconds. */
const FLOOD = 20;
const ATTACKERS = 12;
const SECONDS_PER_HOUR = 3600;
const MAX_CONNECTION_SECONDS = 7200;
/** Lambda's own lines for one invocation. */
const LAMBDA_LOG_BYTES = 700;

let cloud: AttackedCloud;
let proxy: CapacityProxy;
const flood = { connects: 0, refused: 0, hellos: 0, pings: 0, received: 0, logBytes: 0 };
const usage = noUsage();

function meter(event: LocalCloudEvent): void {
  countEvent(usage, event);
  if (event.type === 'connect' && event.statusCode === 101) flood.connects++;
  if (event.type === 'message') {
    flood[event.routeKey === 'hello' ? 'hellos' : 'pings']++;
    flood.received += Math.ceil(event.body.length / FRAME_BYTES);
  }
  if (event.type === 'log') flood.logBytes += event.line.length + 26;
  if (event.type === 'invocation') flood.logBytes += LAMBDA_LOG_BYTES;
}

before(async () => {
  if (skip) return;
  proxy = await startCapacityProxy();
  const directory = await functionsDirectory();
  cloud = await startCloud({
    observe: meter,
    topology(allowedOrigins) {
      const settings = { functionsDirectory: directory, allowedOrigins, connectionsPerAddress: 0 };
      const topology = localTopology(settings);
      for (const lambda of topology.functions)
        lambda.environment['AWS_ENDPOINT_URL_DYNAMODB'] = `${proxy.url}/${lambda.functionName}`;
      topology.webSocketApi.throttle = { rateLimit: 1, burstLimit: 10 };
      for (const route of topology.webSocketApi.routes) {
        if (route.routeKey === '$disconnect') continue;
        const rateLimit = route.routeKey === '$connect' ? CONNECTS_PER_SECOND : MESSAGES_PER_SECOND;
        route.throttle = { rateLimit, burstLimit: BURST };
      }
      return topology;
    },
  });
  proxy.forwardTo(cloud.dynamodb.endpoint);
});

after(async () => {
  await cloud?.close();
  await proxy?.close();
});

test('an hour of flooding costs less than worst_case_usd_per_hour', { skip }, async (t) => {
  const promise = worstCase({
    connects_per_second: CONNECTS_PER_SECOND,
    messages_per_second: MESSAGES_PER_SECOND,
    throttle_burst: BURST,
  });
  const clients: TestClient[] = [];
  const stop = new AbortController();
  const begin = performance.now();
  const attackers = Array.from({ length: ATTACKERS }, () => attack(clients, stop.signal));
  await pause(FLOOD * 1000);
  const seconds = (performance.now() - begin) / 1000;
  const measured = { ...flood, ...structuredClone(withUnits(usage, proxy.units())) };
  const { invocations, gbSeconds } = sumOfFunctions(measured);
  stop.abort();
  await Promise.all(attackers);
  await Promise.all(clients.map((client) => client.close()));

  const perHour = SECONDS_PER_HOUR / seconds;
  /** In one hour the burst comes only once. */
  const hourly = (requests: number) => BURST + Math.max(0, requests - BURST) * perHour;
  const dollars = {
    // An attacker holds each connection as long as API Gateway allows.
    connection_minutes:
      (hourly(measured.connects) / SECONDS_PER_HOUR) * MAX_CONNECTION_SECONDS * 60 * PRICES.connectionMinute,
    messages:
      (hourly(measured.hellos) + hourly(measured.pings)) *
      (1 + measured.received / (measured.hellos + measured.pings)) *
      PRICES.message,
    posts: measured.posts.delivered * perHour * PRICES.message,
    compute: (invocations * PRICES.lambdaRequest + gbSeconds * PRICES.gbSecond) * perHour,
    database: (measured.readUnits * PRICES.readUnit + measured.writeUnits * PRICES.writeUnit) * perHour,
    logs: (measured.logBytes / 1e9) * perHour * PRICES.logGb,
  };
  const total = Object.values(dollars).reduce((all, part) => all + part, 0);
  t.diagnostic(
    `metered ${JSON.stringify(dollars, (_, value) => (typeof value === 'number' ? Number(value.toFixed(3)) : value))}`,
  );
  t.diagnostic(
    `metered $${total.toFixed(2)} an hour, promised $${promise['total']}; ${JSON.stringify(measured)}`,
  );

  assert.ok(measured.refused > 0, 'the flood exceeds the throttle');
  assert.ok(measured.hellos > 0 && measured.posts.delivered > 0 && total > 0.1, 'the meters run');
  for (const part of ['connection_minutes', 'messages', 'posts', 'logs'] as const)
    assert.ok(dollars[part] <= promise[part]!, `${part}: ${dollars[part]} > ${promise[part]}`);
  assert.ok(total <= promise['total']!);
});

/** Connects as fast as it can, and floods its newest connection with the largest hello and ping. */
async function attack(clients: TestClient[], signal: AbortSignal): Promise<void> {
  let newest: TestClient | undefined;
  while (!signal.aborted) {
    await connectClient(cloud.url, { visit: crypto.randomUUID() }).then(
      (client) => {
        newest = client;
        clients.push(client);
      },
      (error: unknown) => {
        assert.ok(error instanceof RefusedError && error.statusCode === 429, String(error));
        flood.refused++;
      },
    );
    if (newest) for (const action of ['hello', 'ping']) sendLarge(newest, JSON.stringify({ action }));
    // A pause, because all attackers share this process.
    await pause(100);
  }
}

/** Spaces after JSON are part of the message. */
function sendLarge({ socket }: TestClient, message: string): void {
  const bytes = Buffer.from(message.padEnd(MESSAGE_BYTES));
  for (let end = FRAME_BYTES; end <= MESSAGE_BYTES; end += FRAME_BYTES)
    socket.send(bytes.subarray(end - FRAME_BYTES, end), { binary: false, fin: end === MESSAGE_BYTES });
}

/** The Terraform output, from infra/cost.tf and its variables. They need no provider, so this works offline. */
function worstCase(settings: Record<string, number>): Record<string, number> {
  const folder = temporaryFolder();
  mkdirSync(join(folder, 'infra'));
  cpSync('contract/prices.json', join(folder, 'contract/prices.json'), { recursive: true });
  for (const file of readdirSync('infra').filter((name) => /^(cost|variables.*)\.tf$/.test(name)))
    cpSync(join('infra', file), join(folder, 'infra', file));
  const terraform = (...args: string[]) => {
    const { status, stdout, stderr } = spawnSync('terraform', args, {
      cwd: join(folder, 'infra'),
      encoding: 'utf8',
    });
    assert.equal(status, 0, stderr);
    return stdout;
  };
  const variables = { ...settings, monthly_budget_usd: 0 };
  terraform('init', '-input=false', '-no-color');
  terraform(
    'apply',
    '-auto-approve',
    '-input=false',
    '-no-color',
    ...Object.entries(variables).map(([name, value]) => `-var=${name}=${value}`),
  );
  return JSON.parse(terraform('output', '-json', 'worst_case_usd_per_hour')) as Record<string, number>;
}
