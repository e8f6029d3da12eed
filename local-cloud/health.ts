/**
 * GET /healthz: whether the components that a visit passes through do real work: a read from the first table, a call of the
 * stream's API, and an invocation of every function, each with a deadline.
 */
import { ScanCommand, type DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { ListStreamsCommand, type DynamoDBStreamsClient } from '@aws-sdk/client-dynamodb-streams';
import type { Gateway } from './api-gateway/index.ts';
import type { Clock } from './clock.ts';
import type { Gauge } from './cloudwatch/index.ts';
import { withoutAddresses, type DynamoDB } from './dynamodb/index.ts';
import type { StreamMapping } from './dynamodb-streams/index.ts';
import type { Lambda } from './lambda/index.ts';
import type { Topology } from './topology.ts';

export interface Health {
  /** `degraded`: something failed just now. `down`: it has been failing for longer than {@link DOWN_AFTER_MS}. */
  status: 'ok' | 'degraded' | 'down';
  /** What failed, and why. */
  causes: string[];
  dynamodb: { state: string; restarts: number };
  streams: { iteratorAgeMs: number };
  gateway: { connections: number };
}

export interface HealthOptions {
  database: Pick<DynamoDB, 'status'>;
  mappings: Pick<StreamMapping, 'status'>[];
  gateway: Pick<Gateway, 'problem' | 'isRunning' | 'connectionCount'>;
  /** Each rejects if the component does not work. */
  probes: Record<string, () => Promise<unknown>>;
  clock: Clock;
}

/** How long one probe may take, in milliseconds. */
export const PROBE_DEADLINE_MS = 2_000;
/** A result is reused this long: anyone may ask, and asking must not become load. */
const REUSE_MS = 1_000;
const DOWN_AFTER_MS = 30_000;

/** Concurrent requests share one check. Never rejects. */
export function createHealthCheck(options: HealthOptions): () => Promise<Health> {
  const { clock } = options;
  let last: { at: number; health: Promise<Health> } | undefined;
  let failingSince: number | undefined;

  async function check(): Promise<Health> {
    const { database, mappings, gateway, probes } = options;
    const failures = await Promise.all(
      Object.entries(probes).map(async ([name, probe]) => {
        const error = await withDeadline(probe(), clock);
        return error && `${name}: ${error}`;
      }),
    );
    const statuses = mappings.map((mapping) => mapping.status());
    const causes = [
      gateway.isRunning ? undefined : 'gateway: stopped',
      gateway.problem(),
      ...failures,
      ...statuses.map(({ problem }) => problem && `stream: ${problem}`),
    ]
      .filter((cause) => cause !== undefined)
      // The database's address is a secret: see docs/decisions/0012-database-address.md.
      .map(withoutAddresses);
    failingSince = causes.length === 0 ? undefined : (failingSince ?? clock.now());
    const { state, restarts } = database.status();
    return {
      status:
        failingSince === undefined ? 'ok' : clock.now() - failingSince < DOWN_AFTER_MS ? 'degraded' : 'down',
      causes,
      dynamodb: { state, restarts },
      streams: { iteratorAgeMs: Math.max(0, ...statuses.map(({ iteratorAgeMs }) => iteratorAgeMs)) },
      gateway: { connections: gateway.connectionCount },
    };
  }

  return () => {
    if (!last || clock.now() - last.at >= REUSE_MS) last = { at: clock.now(), health: check() };
    return last.health;
  };
}

/** The probes of a running local cloud. */
export function probesOf(
  { tables, functions }: Topology,
  dynamodb: DynamoDBClient,
  streams: DynamoDBStreamsClient,
  lambda: Lambda,
): HealthOptions['probes'] {
  const [table] = tables;
  const abort = () => ({ abortSignal: AbortSignal.timeout(PROBE_DEADLINE_MS) });
  return {
    ...(table && {
      dynamodb: () => dynamodb.send(new ScanCommand({ TableName: table.TableName, Limit: 1 }), abort()),
    }),
    stream: () => streams.send(new ListStreamsCommand({ Limit: 1 }), abort()),
    ...Object.fromEntries(
      functions.map(({ functionName }) => [functionName, () => lambda.ping(functionName)]),
    ),
  };
}

/** @returns why the promise rejected or missed the deadline */
function withDeadline(work: Promise<unknown>, clock: Clock): Promise<string | undefined> {
  return new Promise((resolve) => {
    const late = () => resolve(`no answer within ${PROBE_DEADLINE_MS} ms`);
    const timer = clock.setTimer(late, PROBE_DEADLINE_MS);
    work
      .then(
        () => resolve(undefined),
        (error: unknown) =>
          resolve(error instanceof Error ? `${error.name}: ${error.message}` : String(error)),
      )
      .finally(() => timer.cancel());
  });
}

/** The same in numbers, for /metrics. */
export function gaugesOf({ status, streams, gateway }: Health): Gauge[] {
  return [
    { name: 'cloud_resume_up', help: 'Whether every component works.', value: status === 'ok' ? 1 : 0 },
    { name: 'cloud_resume_connections', help: 'Open connections.', value: gateway.connections },
    {
      name: 'cloud_resume_iterator_age_seconds',
      help: 'Age of the last record that the broadcaster received.',
      value: streams.iteratorAgeMs / 1000,
    },
  ];
}
