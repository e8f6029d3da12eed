/** The rows that the console shows, read with the functions' names for the tables. */
import {
  BatchGetItemCommand,
  DynamoDBClient,
  ScanCommand,
  type AttributeValue,
} from '@aws-sdk/client-dynamodb';
import { ENVIRONMENT } from '../contract/function-env.ts';
import {
  BROADCAST_ID,
  MAX_SHARDS,
  VISITOR_COUNT_KEY,
  VISITS_SHARD_PREFIX,
  type BroadcastState,
  type ConnectionRow,
  type VisitsShard,
} from '../contract/tables.ts';
import type { Tables } from '../contract/console.ts';
import type { LocalCloud } from '../local-cloud/index.ts';

const MAX_CONNECTIONS = 50;
const READ_TIMEOUT_MS = 1_500;

export interface TableReader {
  /** `undefined` where there are no such tables, or the database does not answer. */
  read(): Promise<Tables | undefined>;
  close(): void;
}

export function createTableReader({ topology, dynamodb }: LocalCloud): TableReader {
  const client = new DynamoDBClient({ ...dynamodb, maxAttempts: 1 });
  const environment = Object.assign({}, ...topology.functions.map((fn) => fn.environment)) as Record<
    string,
    string
  >;
  const counter = environment[ENVIRONMENT.visitorCountTable];
  const connections = environment[ENVIRONMENT.connectionIdsTable];
  const ids = Array.from({ length: MAX_SHARDS }, (_, shard) => `${VISITS_SHARD_PREFIX}${shard}`);
  const Keys = [...ids, BROADCAST_ID].map((id) => ({ [VISITOR_COUNT_KEY]: { S: id } }));
  return {
    async read() {
      if (!counter || !connections) return undefined;
      try {
        const abort = () => ({ abortSignal: AbortSignal.timeout(READ_TIMEOUT_MS) });
        const [counted, open] = await Promise.all([
          client.send(new BatchGetItemCommand({ RequestItems: { [counter]: { Keys } } }), abort()),
          client.send(new ScanCommand({ TableName: connections, Limit: MAX_CONNECTIONS }), abort()),
        ]);
        const items = (counted.Responses?.[counter] ?? []).map((item) =>
          plain<VisitsShard | BroadcastState>(item),
        );
        return {
          shards: items.filter((item): item is VisitsShard => item.id !== BROADCAST_ID).sort(byNumber),
          broadcast: items.find((item): item is BroadcastState => item.id === BROADCAST_ID),
          connections: (open.Items ?? []).map((item) => plain<ConnectionRow>(item)),
        };
      } catch {
        return undefined;
      }
    },
    close: () => client.destroy(),
  };
}

const byNumber = (a: VisitsShard, b: VisitsShard): number =>
  a.id.localeCompare(b.id, 'en', { numeric: true });

/** An item with strings and numbers only. */
function plain<T>(item: Record<string, AttributeValue>): T {
  return Object.fromEntries(Object.entries(item).map(([name, { S, N }]) => [name, S ?? Number(N)])) as T;
}
