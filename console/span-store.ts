/**
 * The spans of a recorder, bounded by their number and their size: an hour of traffic takes no more memory than a minute. It also knows
 * the changes that the pages have not received yet.
 */
import type { Span, SpanDetail } from '../contract/console.ts';

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
  /** Oldest first. */
  readonly #entries = new Map<number, Entry>();
  /** Spans that changed since the last {@link takeChanges}. All are stored. */
  readonly #changed = new Set<number>();
  readonly #options: Required<StoreOptions>;
  #nextId = 1;
  #bytes = 0;
  #skipped = 0;

  constructor(options: StoreOptions = {}) {
    const defaults = { maxEntries: MAX_ENTRIES, maxBytes: MAX_BYTES, now: preciseNow, onDrop: () => {} };
    this.#options = { ...defaults, ...options };
  }

  get bytes(): number {
    return this.#bytes;
  }

  get(id: number | undefined): Entry | undefined {
    return this.#entries.get(id ?? 0);
  }

  /** The newest spans, oldest first. */
  newest(count: number): Span[] {
    const ids = Array.from({ length: count }, (_, i) => this.#nextId - count + i);
    return ids.flatMap((id) => this.#entries.get(id)?.span ?? []);
  }

  /** At most `limit` changed spans, oldest first; what is left comes with the next call, if it has not been dropped by then. */
  takeChanges(limit: number): Span[] {
    const ids = [...this.#changed].slice(0, limit);
    for (const id of ids) this.#changed.delete(id);
    return ids.map((id) => this.#entries.get(id)!.span);
  }

  /** How many changes were dropped before they were taken, since the last call. */
  takeSkipped(): number {
    const skipped = this.#skipped;
    this.#skipped = 0;
    return skipped;
  }

  /** Begins a span now. @param payload what counts for its size */
  start(span: Omit<Span, 'id' | 'startedAt'>, payload = ''): Entry {
    const id = this.#nextId++;
    const entry: Entry = { id, bytes: 0, log: [], span: { id, startedAt: this.#options.now(), ...span } };
    this.#entries.set(id, entry);
    this.#changed.add(id);
    this.grow(entry, ENTRY_BYTES + payload.length);
    return entry;
  }

  /** Ends a span now. */
  finish(entry: Entry, note: string, failed = false): void {
    const durationMs = Math.max(0, this.#options.now() - entry.span.startedAt);
    this.change(entry, { durationMs, ...(note && { note }), ...(failed && { failed: true }) });
  }

  change(entry: Entry, change: Partial<Span>): void {
    Object.assign(entry.span, change);
    if (this.#entries.has(entry.id)) this.#changed.add(entry.id);
  }

  /** An entry got more payload. Drops the oldest ones that exceed the bounds. */
  grow(entry: Entry, bytes: number): void {
    if (!this.#entries.has(entry.id)) return;
    entry.bytes += bytes;
    this.#bytes += bytes;
    const { maxEntries, maxBytes, onDrop } = this.#options;
    for (const oldest of this.#entries.values()) {
      if (this.#entries.size <= maxEntries && this.#bytes <= maxBytes) break;
      this.#entries.delete(oldest.id);
      this.#bytes -= oldest.bytes;
      if (this.#changed.delete(oldest.id)) this.#skipped++;
      onDrop(oldest);
    }
  }
}

/** To the microsecond, unlike Date.now. */
const preciseNow = (): number => performance.timeOrigin + performance.now();
