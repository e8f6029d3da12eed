/** Everything that goes on with one shard: reading, delivering, checkpointing, until it ends or is stopped. */
import type { Clock } from '../clock.ts';
import type { Invoke } from '../lambda/invocation.ts';
import type { EventSourceMapping } from '../topology.ts';
import { backoffMs } from './backoff.ts';
import { deliverBatch } from './batch.ts';
import type { ShardCheckpoint } from './checkpoints.ts';
import { sequenceNumber } from './event.ts';
import { createFailureRecord, type FailureRecord } from './failure-record.ts';
import type { Filter } from './filter.ts';
import { ENGINE_BACKOFF } from './limits.ts';
import type { MappingHealth } from './mapping-health.ts';
import { IdlePause, pause } from './pause.ts';
import type { Progress } from './progress.ts';
import { ShardCursor } from './shard-cursor.ts';
import { ShardReader } from './shard-reader.ts';
import type { StreamSource } from './stream-source.ts';

/** What all shards of a mapping share. */
export interface ShardSurroundings {
  mapping: EventSourceMapping;
  filter: Filter;
  source: StreamSource;
  progress: Progress;
  health: MappingHealth;
  invoke: Invoke;
  clock: Clock;
  random: () => number;
  idleMs: { shortest: number; longest: number };
  onFailure(record: FailureRecord): void;
}

export class ShardTask {
  /** Resolves `true` when the shard was read to its end, `false` when stopped. */
  readonly done: Promise<boolean>;
  readonly #reader: ShardReader;
  readonly #idle: IdlePause;
  readonly #stopping = new AbortController();

  constructor(surroundings: ShardSurroundings, streamArn: string, shardId: string) {
    const { mapping, progress, clock, idleMs } = surroundings;
    this.#idle = new IdlePause(clock, idleMs.shortest, idleMs.longest);
    const signal = this.#stopping.signal;
    const checkpoint = progress.get(shardId);
    let readErrors = 0;
    this.#reader = new ShardReader({
      streamArn,
      cursor: new ShardCursor({ source: surroundings.source, streamArn, shardId, checkpoint }),
      filter: surroundings.filter,
      batchSize: mapping.batchSize,
      batchingWindowMs: mapping.maximumBatchingWindowInSeconds * 1000,
      clock,
      idle: this.#idle,
      signal,
      deliver: (records) =>
        deliverBatch(records, {
          ...surroundings,
          signal,
          onDone(part) {
            surroundings.health.delivered(part.length);
            progress.set(shardId, { sequenceNumber: sequenceNumber(part.at(-1)!) });
          },
          onGivenUp(batch) {
            surroundings.health.givenUp(mapping, batch);
            const source = { shardId, streamArn, functionName: mapping.functionName, now: clock.now() };
            surroundings.onFailure(createFailureRecord(batch, source));
          },
          onFunctionError: (result, attempts) =>
            surroundings.health.functionFailed(mapping, result, attempts),
        }),
      onPassedOver: (number) => progress.setLazily(shardId, { sequenceNumber: number }),
      onReadSuccess() {
        readErrors = 0;
        surroundings.health.engineAnswered();
      },
      async onReadError(error) {
        readErrors += 1;
        surroundings.health.engineFailed(`Can't read shard ${shardId} of table ${mapping.tableName}`, error);
        await pause(clock, backoffMs(readErrors, ENGINE_BACKOFF, surroundings.random), signal);
      },
    });
    this.done = this.#reader.run().then((ended) => {
      const last: ShardCheckpoint | undefined = progress.get(shardId);
      if (ended) progress.set(shardId, { ...last, finished: true });
      return ended;
    });
  }

  get oldestPending(): number | undefined {
    return this.#reader.oldestPending;
  }

  wake(): void {
    this.#idle.wake();
  }

  /** Reads no further; a batch in flight is let finish: see `done`. */
  stop(): void {
    this.#stopping.abort();
  }
}
