/** What the database really did, according to its answers: the counter is compared with this. */
import { paginateScan } from '@aws-sdk/client-dynamodb';
import { DEPARTURE_ID, VISIT_MARKER_PREFIX, VISITS_SHARD_PREFIX } from '../../../contract/tables.ts';
import { readCounter } from '../../../functions/shared/counter.ts';
import type { SdkDatabase } from '../../../cli/count/sdk-database.ts';
import type { Call } from './faulty-http.ts';

interface Transaction {
  ClientRequestToken: string;
  TransactItems: {
    Put?: { Item: { id?: { S: string } } };
    Update?: { Key: { id: { S: string } }; UpdateExpression: string };
  }[];
}

export class Ledger {
  readonly #database: SdkDatabase;
  readonly #onChange: (id: string) => void;
  /** Idempotency tokens of the transactions that counted a visit, by visit. */
  readonly #increments = new Map<string, Set<string>>();
  readonly #seen = new Set<string>();

  /** @param onChange called with the id of every changed item that starts a broadcast */
  constructor(database: SdkDatabase, onChange: (id: string) => void) {
    this.#database = database;
    this.#onChange = onChange;
  }

  /** Distinct visits that have been counted. */
  get counted(): number {
    return this.#increments.size;
  }

  enter({ operation, statusCode, request }: Call): void {
    if (statusCode !== 200) return;
    if (operation === 'UpdateItem') {
      const { Key } = JSON.parse(request) as { Key: { id?: { S: string } } };
      if (Key.id?.S === DEPARTURE_ID) this.#onChange(DEPARTURE_ID);
    }
    if (operation === 'TransactWriteItems') this.#enterTransaction(JSON.parse(request) as Transaction);
  }

  #enterTransaction({ ClientRequestToken: token, TransactItems }: Transaction): void {
    if (this.#seen.has(token)) return;
    this.#seen.add(token);
    const shard = TransactItems.find(({ Update }) =>
      Update?.Key.id.S.startsWith(VISITS_SHARD_PREFIX),
    )?.Update;
    const marker = TransactItems.map(({ Put }) => Put?.Item.id?.S ?? '').find((id) =>
      id.startsWith(VISIT_MARKER_PREFIX),
    );
    if (shard?.UpdateExpression.includes('#count') && marker) {
      const visit = marker.slice(VISIT_MARKER_PREFIX.length);
      this.#increments.set(visit, (this.#increments.get(visit) ?? new Set()).add(token));
    }
    if (shard) this.#onChange(shard.Key.id.S);
  }

  /** Compares the counter with the accepted and the committed visits. */
  async audit(accepted: ReadonlySet<string>): Promise<{ count: number; lost: number; doubled: number }> {
    const { count } = await readCounter(this.#database);
    const markers = await this.#markers();
    const increments = [...this.#increments.values()].reduce((sum, { size }) => sum + size, 0);
    const entitled = new Set([...accepted, ...markers, ...this.#increments.keys()]);
    const lost = [...accepted].filter((visit) => !markers.has(visit)).length;
    const missing = Math.max(0, entitled.size - count);
    const surplus = Math.max(0, count - entitled.size, increments - this.#increments.size);
    return { count, lost: Math.max(lost, missing), doubled: surplus };
  }

  async #markers(): Promise<Set<string>> {
    const { client, visitorCountTable: TableName } = this.#database;
    const markers = new Set<string>();
    for await (const page of paginateScan({ client }, { TableName, ConsistentRead: true }))
      for (const { id } of page.Items ?? [])
        if (id?.S?.startsWith(VISIT_MARKER_PREFIX)) markers.add(id.S.slice(VISIT_MARKER_PREFIX.length));
    return markers;
  }
}
