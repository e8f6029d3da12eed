/** GET /healthz: whether the components that a visit passes through work. */
import type { Gateway } from './api-gateway/index.ts';
import type { Gauge } from './cloudwatch/index.ts';
import type { DynamoDB } from './dynamodb/index.ts';
import type { RunningMapping } from './dynamodb-streams/index.ts';

export interface Health {
  status: 'ok' | 'failing';
  dynamodb: { healthy: boolean; state: string };
  streams: { healthy: boolean; iteratorAgeMs: number; lastError?: string };
  gateway: { healthy: boolean; connections: number };
}

interface Services {
  database: DynamoDB;
  mappings: RunningMapping[];
  gateway: Gateway;
}

export function healthOf({ database, mappings, gateway }: Services): Health {
  const { state } = database.status();
  const statuses = mappings.map((mapping) => mapping.status());
  const lastError = statuses.find((status) => !status.healthy)?.lastError;
  const health = {
    dynamodb: { healthy: state === 'running', state },
    streams: {
      healthy: statuses.every((status) => status.healthy),
      iteratorAgeMs: Math.max(0, ...statuses.map((status) => status.iteratorAgeMs)),
      ...(lastError && { lastError }),
    },
    gateway: { healthy: gateway.isRunning, connections: gateway.connectionCount },
  };
  const healthy = Object.values(health).every((service) => service.healthy);
  return { status: healthy ? 'ok' : 'failing', ...health };
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
