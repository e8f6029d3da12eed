/** What the database really did, according to its answers: the counter is compared with this. */
import { paginateScan } from '@aws-sdk/client-dynamodb';
import {
  DEPARTURE_ID,
  LINK_PREFIX,
  VISIT_MARKER_PREFIX,
  VISITS_SHARD_PREFIX,
} from '../../../contract/tables.ts';
import { numberOf, readCounter, type Item } from '../../../functions/shared/counter.ts';
import { MAX_ATTEMPTS } from '../../../functions/shared/retry.ts';
import type { SdkDatabase } from '../../../functions/shared/sdk-database.ts';
import type { Call } from './faulty-http.ts';

interface Transaction {
  ClientRequestToken: string;
  TransactItems: {
    Put?: { Item: { id?: { S: string } } };
    Update?: { Key: { id: { S: string } }; UpdateExpression: string };
  }[];
}

export interface LedgerOptions {
  /** The counted link to which a visit belongs. */
  linkOf: (visit: string) => string | undefined;
  /** Called with the id of every changed item that invokes the broadcaster. */
  onChange: (id: string) => void;
}

export class Ledger {
  readonly #database: SdkDatabase;
  readonly #options: LedgerOptions;
  /** Idempotency tokens of the transactions that counted a visit, by visit. */
  readonly #increments = new Map<string, Set<string>>();
  readonly #seen = new Set<string>();
  /** Transactions through a link that were cancelled by a conflict, by visit. */
  readonly #conflicts = new Map<string, number>();

  constructor(database: SdkDatabase, options: LedgerOptions) {
    this.#database = database;
    this.#options = options;
  }

  /** Distinct visits that have been counted. */
  get counted(): number {
    return this.#increments.size;
  }

  enter({ operation, statusCode, request }: Call): void {
    if (statusCode !== 200) return;
    if (operation === 'UpdateItem') {
      const { Key } = JSON.parse(request) as { Key: { id?: { S: string } } };
      if (Key.id?.S === DEPARTURE_ID) this.#options.onChange(DEPARTURE_ID);
    }
    if (operation === 'TransactWriteItems') this.#enterTransaction(JSON.parse(request) as Transaction);
  }

  enterConflict(request: string): void {
    const { TransactItems } = JSON.parse(request) as Transaction;
    const ids = TransactItems.map(({ Put, Update }) => (Put?.Item ?? Update?.Key)?.id?.S ?? '');
    const visit = ids.find((id) => id.startsWith(VISIT_MARKER_PREFIX))?.slice(VISIT_MARKER_PREFIX.length);
    if (visit !== undefined && ids.some((id) => id.startsWith(LINK_PREFIX)))
      this.#conflicts.set(visit, (this.#conflicts.get(visit) ?? 0) + 1);
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
    if (shard?.UpdateExpression.includes('#0') && marker) {
      const visit = marker.slice(VISIT_MARKER_PREFIX.length);
      this.#increments.set(visit, (this.#increments.get(visit) ?? new Set()).add(token));
    }
    for (const { Update } of TransactItems) {
      const id = Update?.Key.id.S ?? '';
      if (id.startsWith(LINK_PREFIX) || id === shard?.Key.id.S) this.#options.onChange(id);
    }
  }

  /** Compares the counter and its links with the accepted and the committed visits. */
  async audit(accepted: ReadonlySet<string>): Promise<{ count: number; lost: number; doubled: number }> {
    const { count } = await readCounter(this.#database);
    const items = await this.#items();
    const markers = idsOf(items, VISIT_MARKER_PREFIX);
    const increments = [...this.#increments.values()].reduce((sum, { size }) => sum + size, 0);
    const entitled = new Set([...accepted, ...markers, ...this.#increments.keys()]);
    const lost = [...accepted].filter((visit) => !markers.has(visit)).length;
    const missing = Math.max(0, entitled.size - count);
    const surplus = Math.max(0, count - entitled.size, increments - this.#increments.size);
    const links = this.#auditLinks(items, entitled);
    return { count, lost: Math.max(lost, missing) + links.lost, doubled: surplus + links.doubled };
  }

  #auditLinks(items: Item[], entitled: Set<string>): { lost: number; doubled: number } {
    let [lost, doubled] = [0, 0];
    const linked = idsOf(
      items.filter((item) => item['link']),
      VISIT_MARKER_PREFIX,
    );
    for (const link of idsOf(items, LINK_PREFIX)) {
      const visits = [...entitled].filter((visit) => this.#options.linkOf(visit) === link);
      // The updater may have given up the link, but not before it had tried as often as it promises.
      const isGivenUp = (visit: string) => (this.#conflicts.get(visit) ?? 0) >= MAX_ATTEMPTS;
      const expected = visits.filter((visit) => linked.has(visit) || !isGivenUp(visit)).length;
      const item = items.find(({ id }) => id!.S === LINK_PREFIX + link)!;
      lost += Math.max(0, expected - numberOf(item, 'visits'));
      doubled += Math.max(0, numberOf(item, 'visits') - expected);
    }
    return { lost, doubled };
  }

  async #items(): Promise<Item[]> {
    const { client, visitorCountTable: TableName } = this.#database;
    const items: Item[] = [];
    for await (const page of paginateScan({ client }, { TableName, ConsistentRead: true }))
      items.push(...(page.Items ?? []));
    return items;
  }
}

/** What follows the prefix in the items' ids. */
function idsOf(items: Item[], prefix: string): Set<string> {
  const ids = items.map(({ id }) => id!.S!).filter((id) => id.startsWith(prefix));
  return new Set(ids.map((id) => id.slice(prefix.length)));
}
