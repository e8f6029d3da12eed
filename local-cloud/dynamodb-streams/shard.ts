/** Processes one shard: reads pages, gathers batches, delivers them one at a time and in order, and keeps checkpoints. */
import type { Clock } from '../clock.ts';
import type { Invoke } from '../invocation.ts';
import { SYNCHRONOUS_PAYLOAD_BYTES } from '../lambda/errors.ts';
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
  invoke: Invoke;
  clock: Clock;
  random: () => number;
  idleMs: { min: number; max: number };
}

/** What fits into an invocation's payload, `{"Records":[…]}`. */
const BATCH_BYTES = SYNCHRONOUS_PAYLOAD_BYTES - 14;

interface Buffered {
  sequenceNumber: string;
  /** `undefined` if the filter skips it. */
  record?: EventRecord;
  /** Of the record's JSON and a comma. */
  bytes: number;
}

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
  #buffer: Buffered[] = [];
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
    const { mapping, clock, checkpoints } = this.#context;
    const { signal } = this.#stopping;
    const batch: EventRecord[] = [];
    let bytes = 0;
    let windowEnd = Infinity;
    while (!signal.aborted) {
      for (let next = this.#buffer[0]; next && batch.length < mapping.batchSize; next = this.#buffer[0]) {
        if (batch.length > 0 && bytes + next.bytes > BATCH_BYTES) return batch;
        this.#buffer.shift();
        if (next.record) {
          batch.push(next.record);
          bytes += next.bytes;
          this.oldestPending ??= createdAt(next.record);
          windowEnd = Math.min(windowEnd, clock.now() + mapping.maximumBatchingWindowInSeconds * 1000);
        } else if (batch.length === 0) {
          checkpoints.setLazily(this.#shardId, { sequenceNumber: next.sequenceNumber });
        }
      }
      const isFull = batch.length >= mapping.batchSize;
      if (isFull || this.#cursor.ended || clock.now() >= windowEnd) return batch;
      if (!(await this.#fill())) await this.#idle.wait(signal, windowEnd - clock.now());
    }
    return batch;
  }

  /** Reads a page into the buffer. @returns whether to look at the buffer again without a pause */
  async #fill(): Promise<boolean> {
    const { filter, health, mapping, clock, random } = this.#context;
    const { signal } = this.#stopping;
    try {
      const records = await this.#cursor.read(signal);
      this.#readErrors = 0;
      health.databaseAnswered();
      for (const record of records) {
        const event = toEventRecord(record, this.#streamArn);
        this.#buffer.push({
          sequenceNumber: sequenceNumber(event),
          ...(filter(event)
            ? { record: event, bytes: Buffer.byteLength(JSON.stringify(event)) + 1 }
            : { bytes: 0 }),
        });
      }
      if (records.length > 0) this.#idle.reset();
      return records.length > 0 || this.#cursor.ended;
    } catch (error) {
      if (signal.aborted) return true;
      this.#readErrors += 1;
      health.databaseFailed(`Can't read shard ${this.#shardId} of table ${mapping.tableName}`, error);
      await pause(clock, backoffMs(this.#readErrors, DATABASE_BACKOFF, random), signal);
      return true;
    }
  }

  #deliver(records: EventRecord[]): Promise<void> {
    const { health, mapping, checkpoints } = this.#context;
    return deliverBatch(records, {
      ...this.#context,
      signal: this.#stopping.signal,
      onDone: (done) => {
        checkpoints.set(this.#shardId, { sequenceNumber: sequenceNumber(done.at(-1)!) });
      },
      onGivenUp: (batch) => health.givenUp(mapping.functionName, batch),
      onFunctionError: (result, attempts) => health.functionFailed(mapping.functionName, result, attempts),
    });
  }
}
