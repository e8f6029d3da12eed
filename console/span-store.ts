/** The spans of a recorder: bounded, with the changes that the pages have not received yet. */
import type { Span, SpanDetail } from '../contract/console.ts';
import { Ring } from './ring.ts';

export interface StoreOptions {
  maxEntries?: number;
  maxBytes?: number;
  /** Milliseconds since 1970 with fractions. */
  now?: () => number;
  /** Called with each entry that makes room for a new one. */
  onDrop?: (entry: Entry) => void;
}

/** A span and everything about it, with payloads as they were passed: by reference. */
export interface Entry extends Omit<SpanDetail, 'context'> {
  id: number;
  bytes: number;
  functionArn?: string;
  /** For `$connect`: when its transaction had committed, and the record of it. */
  committedAt?: number;
  record?: Entry;
}

const MAX_ENTRIES = 5_000;
const MAX_BYTES = 16 * 1024 * 1024;
/** An entry without its payloads. */
const ENTRY_BYTES = 700;

export class SpanStore {
  /** Spans that changed since the last {@link takeChanges}. All are in the ring. */
  readonly #changed = new Set<number>();
  #skipped = 0;
  readonly #now: () => number;
  readonly #ring: Ring<Entry>;

  constructor({
    maxEntries = MAX_ENTRIES,
    maxBytes = MAX_BYTES,
    now = preciseNow,
    onDrop = () => {},
  }: StoreOptions = {}) {
    this.#now = now;
    this.#ring = new Ring({
      maxEntries,
      maxBytes,
      onDrop: (entry) => {
        if (this.#changed.delete(entry.id)) this.#skipped++;
        onDrop(entry);
      },
    });
  }

  get bytes(): number {
    return this.#ring.bytes;
  }

  get(id: number | undefined): Entry | undefined {
    return this.#ring.get(id);
  }

  newest(count: number): Span[] {
    return this.#ring.newest(count).map(({ span }) => span);
  }

  /** At most `limit` changed spans, oldest first; what is left comes with the next call, if it has not been dropped by then. */
  takeChanges(limit: number): Span[] {
    const spans: Span[] = [];
    for (const id of this.#changed) {
      if (spans.length === limit) break;
      this.#changed.delete(id);
      spans.push(this.#ring.get(id)!.span);
    }
    return spans;
  }

  /** How many changes were dropped before they were taken, since the last call. */
  takeSkipped(): number {
    const skipped = this.#skipped;
    this.#skipped = 0;
    return skipped;
  }

  /** Begins a span now. @param payload what counts for its size */
  start(span: Omit<Span, 'id' | 'startedAt'>, payload = ''): Entry {
    const id = this.#ring.nextId;
    const bytes = ENTRY_BYTES + payload.length;
    const entry: Entry = { id, bytes, log: [], span: { id, startedAt: this.#now(), ...span } };
    this.#changed.add(id);
    this.#ring.add(entry);
    return entry;
  }

  /** Ends a span now. */
  finish(entry: Entry, note: string, failed = false): void {
    const durationMs = Math.max(0, this.#now() - entry.span.startedAt);
    this.change(entry, { durationMs, ...(note && { note }), ...(failed && { failed: true }) });
  }

  change(entry: Entry, change: Partial<Span>): void {
    Object.assign(entry.span, change);
    if (this.#ring.get(entry.id) === entry) this.#changed.add(entry.id);
  }

  /** An entry got more payload. */
  grow(entry: Entry, bytes: number): void {
    this.#ring.grow(entry, bytes);
  }
}

/** To the microsecond, unlike Date.now. */
const preciseNow = (): number => performance.timeOrigin + performance.now();
