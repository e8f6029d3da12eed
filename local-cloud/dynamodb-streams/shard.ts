/** Processes one shard: reads pages, gathers batches, delivers them one at a time and in order, and keeps checkpoints. */
import type { Clock } from '../clock.ts';
import type { Invoke } from '../invocation.ts';
import { SYNCHRONOUS_PAYLOAD_BYTES } from '../lambda/errors.ts';
import type { Log } from '../observer.ts';
import type { EventSourceMapping } from '../topology.ts';
import { deliverBatch } from './batch.ts';
import type { Checkpoints } from './checkpoints.ts';
import { createdAt, sequenceNumber, toEventRecord, type EventRecord } from './event.ts';
import type { Filter } from './filter.ts';
import type { MappingHealth } from './health.ts';
import { backoffMs, DATABASE_BACKOFF, IdlePause, pause } from './pacing.ts';
import { ShardCursor, type StreamSource } from './stream.ts';

/** What all shards of a mapping share. */
export interface MappingContext {
  mapping: EventSourceMapping;
  filter: Filter;
  source: StreamSource;
  checkpoints: Checkpoints;
  health: MappingHealth;
  log: Log;
  invoke: Invoke;
  clock: Clock;
  random: () => number;
  idleMs: { min: number; max: number };
}

/** What fits into an invocation's payload, `{"Records":[…]}`. */
const BATCH_BYTES = SYNCHRONOUS_PAYLOAD_BYTES - 14;

export class ShardReader {
  /** Resolves `true` when the shard was read to its end, `false` when it was stopped. */
  readonly done: Promise<boolean>;
  /** When the oldest record that is waiting or being delivered was created, in milliseconds since 1970. */
  oldestPending: number | undefined;
  readonly #context: MappingContext;
  readonly #streamArn: string;
  readonly #shardId: string;
  readonly #cursor: ShardCursor;
  readonly #idle: IdlePause;
  readonly #stopping = new AbortController();
  readonly #buffer: EventRecord[] = [];
  #readErrors = 0;

  /** Starts reading behind the shard's checkpoint. */
  constructor(context: MappingContext, streamArn: string, shardId: string) {
    this.#context = context;
    this.#streamArn = streamArn;
    this.#shardId = shardId;
    this.#cursor = new ShardCursor(context.source, streamArn, shardId, context.checkpoints.get(shardId));
    this.#idle = new IdlePause(context.clock, context.idleMs);
    this.done = this.#run();
  }

  wake(): void {
    this.#idle.wake();
  }

  /** Stops reading. A batch in flight may finish: see `done`. */
  stop(): void {
    this.#stopping.abort();
  }

  async #run(): Promise<boolean> {
    const { checkpoints } = this.#context;
    const { signal } = this.#stopping;
    while (!signal.aborted) {
      const batch = await this.#gather();
      if (signal.aborted) break;
      if (batch.length > 0) await this.#deliver(batch);
      this.oldestPending = undefined;
      if (this.#cursor.ended && this.#buffer.length === 0 && !signal.aborted) {
        checkpoints.set(this.#shardId, { ...checkpoints.get(this.#shardId), finished: true });
        return true;
      }
    }
    return false;
  }

  /** Collects records until the batch is full, its window is over or the shard ends. */
  async #gather(): Promise<EventRecord[]> {
    const { mapping, filter, clock, checkpoints } = this.#context;
    const { signal } = this.#stopping;
    const batch: EventRecord[] = [];
    let bytes = 0;
    let windowEnd = Infinity;
    while (!signal.aborted) {
      for (let next = this.#buffer[0]; next && batch.length < mapping.batchSize; next = this.#buffer[0]) {
        if (filter(next)) {
          // With the comma behind it.
          bytes += Buffer.byteLength(JSON.stringify(next)) + 1;
          if (batch.length > 0 && bytes > BATCH_BYTES) return batch;
          batch.push(next);
          this.oldestPending ??= createdAt(next);
          windowEnd = Math.min(windowEnd, clock.now() + mapping.maximumBatchingWindowInSeconds * 1000);
        } else if (batch.length === 0) {
          checkpoints.set(this.#shardId, { sequenceNumber: sequenceNumber(next) });
        }
        this.#buffer.shift();
      }
      const isFull = batch.length >= mapping.batchSize;
      if (isFull || this.#cursor.ended || clock.now() >= windowEnd) return batch;
      if (!(await this.#fill())) await this.#idle.wait(signal, windowEnd - clock.now());
    }
    return batch;
  }

  /** Reads a page into the buffer. @returns whether to look at the buffer again without a pause */
  async #fill(): Promise<boolean> {
    const { health, mapping, clock, random } = this.#context;
    const { signal } = this.#stopping;
    try {
      const records = await this.#cursor.read(signal);
      this.#readErrors = 0;
      health.works('stream');
      this.#buffer.push(...records.map((record) => toEventRecord(record, this.#streamArn)));
      if (records.length > 0) this.#idle.reset();
      return records.length > 0 || this.#cursor.ended;
    } catch (error) {
      if (signal.aborted) return true;
      this.#readErrors += 1;
      health.failed('stream', `Can't read shard ${this.#shardId} of table ${mapping.tableName}`, error);
      await pause(clock, backoffMs(this.#readErrors, DATABASE_BACKOFF, random), signal);
      return true;
    }
  }

  #deliver(records: EventRecord[]): Promise<void> {
    return deliverBatch(records, {
      ...this.#context,
      signal: this.#stopping.signal,
      onDone: (done) =>
        this.#context.checkpoints.set(this.#shardId, { sequenceNumber: sequenceNumber(done.at(-1)!) }),
    });
  }
}
