/** Reads one shard, gathers batches and has them delivered: one batch at a time, in the shard's order. */
import type { Clock } from '../clock.ts';
import type { EventRecord } from './event.ts';
import { createdAt, sequenceNumber, toEventRecord } from './event.ts';
import type { Filter } from './filter.ts';
import { BATCH_BYTES } from './limits.ts';
import type { IdlePause } from './pause.ts';
import type { ShardCursor } from './shard-cursor.ts';

export interface ShardReaderOptions {
  streamArn: string;
  cursor: ShardCursor;
  filter: Filter;
  batchSize: number;
  /** Milliseconds for which a batch that is not full waits for more. */
  batchingWindowMs: number;
  clock: Clock;
  idle: IdlePause;
  signal: AbortSignal;
  /** Resolves when the batch is done with. */
  deliver(records: EventRecord[]): Promise<void>;
  /** All records up to this one were passed over by the filter or delivered. */
  onPassedOver(sequenceNumber: string): void;
  /** Resolves after a pause, so that the read can be repeated. */
  onReadError(error: unknown): Promise<void>;
  onReadSuccess(): void;
}

interface Buffered {
  sequenceNumber: string;
  /** `undefined` when the filter passes over it. */
  record?: EventRecord;
  bytes: number;
}

export class ShardReader {
  readonly #options: ShardReaderOptions;
  #buffer: Buffered[] = [];
  #oldestPending: number | undefined;

  constructor(options: ShardReaderOptions) {
    this.#options = options;
  }

  /** When the oldest record was made that waits or is being delivered; milliseconds since 1970. */
  get oldestPending(): number | undefined {
    return this.#oldestPending;
  }

  /** Resolves `true` when the shard has been read to its end, `false` when stopped. */
  async run(): Promise<boolean> {
    const { cursor, signal, deliver } = this.#options;
    while (!signal.aborted) {
      const batch = await this.#gather();
      if (signal.aborted) return false;
      if (batch.length > 0) await deliver(batch);
      this.#oldestPending = undefined;
      if (cursor.ended && this.#buffer.length === 0) return !signal.aborted;
    }
    return false;
  }

  /** Collects until the batch is full, its window is over, or the shard ends. */
  async #gather(): Promise<EventRecord[]> {
    const { batchSize, batchingWindowMs, clock, cursor, idle, signal } = this.#options;
    const batch: EventRecord[] = [];
    let bytes = 0;
    let windowEnd = Infinity;
    while (!signal.aborted) {
      for (let next = this.#buffer[0]; next && batch.length < batchSize; next = this.#buffer[0]) {
        if (batch.length > 0 && bytes + next.bytes > BATCH_BYTES) return batch;
        this.#buffer.shift();
        if (next.record) {
          batch.push(next.record);
          bytes += next.bytes;
          this.#oldestPending ??= createdAt(next.record);
          windowEnd = Math.min(windowEnd, clock.now() + batchingWindowMs);
        } else if (batch.length === 0) {
          this.#options.onPassedOver(next.sequenceNumber);
        }
      }
      if (batch.length >= batchSize || cursor.ended || clock.now() >= windowEnd) return batch;
      if (!(await this.#fill())) await idle.wait(signal, windowEnd - clock.now());
    }
    return batch;
  }

  /** Reads a page into the buffer; `false` when there was nothing to read. */
  async #fill(): Promise<boolean> {
    const { cursor, filter, signal, streamArn, idle, onReadError, onReadSuccess } = this.#options;
    try {
      const records = await cursor.read(signal);
      onReadSuccess();
      for (const record of records) {
        const event = toEventRecord(record, streamArn);
        this.#buffer.push(
          filter(event)
            ? { sequenceNumber: sequenceNumber(event), record: event, bytes: JSON.stringify(event).length }
            : { sequenceNumber: sequenceNumber(event), bytes: 0 },
        );
      }
      if (records.length > 0) idle.reset();
      return records.length > 0 || cursor.ended;
    } catch (error) {
      if (!signal.aborted) await onReadError(error);
      return true;
    }
  }
}
