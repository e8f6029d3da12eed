/**
 * Stands in for Lambda's event source mapping on a DynamoDB stream: reads the shards in order, gathers batches, invokes
 * the function, one batch at a time for each shard, and keeps checkpoints so that a restart goes on where it stood.
 */
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { DynamoDBStreamsClient } from '@aws-sdk/client-dynamodb-streams';
import { systemClock, type Clock } from '../clock.ts';
import type { Invoke } from '../lambda/invocation.ts';
import type { EventSourceMapping } from '../topology.ts';
import { backoffMs } from './backoff.ts';
import type { CheckpointStore } from './checkpoints.ts';
import type { FailureRecord } from './failure-record.ts';
import { compileFilter } from './filter.ts';
import { DISCOVERY_INTERVAL_MS, ENGINE_BACKOFF, MAX_IDLE_MS, SHORTEST_IDLE_MS } from './limits.ts';
import { describeError, MappingHealth, type MappingLog, type MappingStatus } from './mapping-health.ts';
import { IdlePause, pause } from './pause.ts';
import { Progress } from './progress.ts';
import { ShardTask, type ShardSurroundings } from './shard-task.ts';
import { createStreamSource, readableShards } from './stream-source.ts';

export { createFileCheckpointStore, type CheckpointStore } from './checkpoints.ts';
export type { FailureRecord, MappingStatus };

export interface EventSourceMappingOptions {
  mapping: EventSourceMapping;
  invoke: Invoke;
  dynamodb: DynamoDBClient;
  streams: DynamoDBStreamsClient;
  checkpoints: CheckpointStore;
  /** Told about every batch that was given up, in the shape that AWS sends to the failure destination. */
  onFailure?(record: FailureRecord): void;
  log?: MappingLog;
  clock?: Clock;
  /** In [0, 1); for jitter. */
  random?: () => number;
  /** Bounds of the pause after a poll that found nothing, in milliseconds. Default 5 to 250. */
  idleMs?: { shortest: number; longest: number };
  /** How long `stop` waits for the batch in flight. Default 5,000 ms. */
  stopGraceMs?: number;
}

export interface RunningMapping {
  start(): void;
  /** Lets the batch in flight finish within the grace; what is not done by then is delivered again after a restart. */
  stop(): Promise<void>;
  /** Something may have been written to the table: look at once instead of at the next poll. */
  wake(): void;
  status(): MappingStatus;
}

/** Throws when a filter pattern is malformed. Everything that goes wrong later is retried and shows in `status`. */
export function createEventSourceMapping(options: EventSourceMappingOptions): RunningMapping {
  return new Mapping(options);
}

class Mapping implements RunningMapping {
  readonly #surroundings: ShardSurroundings;
  readonly #stopGraceMs: number;
  readonly #stopping = new AbortController();
  readonly #discovery: IdlePause;
  readonly #tasks = new Map<string, ShardTask>();
  #running: Promise<void> | undefined;
  #stopped: Promise<void> | undefined;

  constructor(options: EventSourceMappingOptions) {
    const { mapping, clock = systemClock, log = () => {}, onFailure = () => {} } = options;
    const health = new MappingHealth(clock, log);
    this.#stopGraceMs = options.stopGraceMs ?? 5000;
    this.#discovery = new IdlePause(clock, DISCOVERY_INTERVAL_MS, DISCOVERY_INTERVAL_MS);
    this.#surroundings = {
      mapping,
      filter: compileFilter(mapping.filterPatterns),
      source: createStreamSource(mapping.tableName, options.dynamodb, options.streams),
      progress: new Progress({ uuid: mapping.uuid, store: options.checkpoints, clock, health }),
      health,
      invoke: options.invoke,
      clock,
      random: options.random ?? Math.random,
      idleMs: options.idleMs ?? { shortest: SHORTEST_IDLE_MS, longest: MAX_IDLE_MS },
      onFailure,
    };
  }

  start(): void {
    this.#running ??= this.#run();
  }

  stop(): Promise<void> {
    this.#stopped ??= this.#stop();
    return this.#stopped;
  }

  async #stop(): Promise<void> {
    this.#stopping.abort();
    const { clock, health, progress } = this.#surroundings;
    const finished = Promise.all([this.#running, this.#stopTasks()]);
    const inTime = new AbortController();
    void finished.then(() => inTime.abort());
    await pause(clock, this.#stopGraceMs, inTime.signal);
    health.state = 'stopped';
    await progress.close();
  }

  wake(): void {
    for (const task of this.#tasks.values()) task.wake();
  }

  status(): MappingStatus {
    const pending = [...this.#tasks.values()].map((task) => task.oldestPending ?? Infinity);
    const oldest = Math.min(...pending);
    return this.#surroundings.health.status(this.#tasks.size, Number.isFinite(oldest) ? oldest : undefined);
  }

  async #run(): Promise<void> {
    const { progress, health, clock, random, mapping } = this.#surroundings;
    const { signal } = this.#stopping;
    try {
      await progress.load();
    } catch (error) {
      return health.broken(describeError(error));
    }
    let failures = 0;
    while (!signal.aborted) {
      try {
        await this.#discover(signal);
        failures = 0;
        health.state = 'running';
        health.engineAnswered();
        await this.#discovery.wait(signal);
      } catch (error) {
        if (signal.aborted) return;
        failures += 1;
        health.engineFailed(`Can't find the stream of table ${mapping.tableName}`, error);
        await pause(clock, backoffMs(failures, ENGINE_BACKOFF, random), signal);
      }
    }
  }

  /** Starts reading every shard that may be read and is not being read yet. */
  async #discover(signal: AbortSignal): Promise<void> {
    const { source, progress, mapping, clock } = this.#surroundings;
    const streamArn = await source.streamArn(signal);
    const latest = progress.streamArn === '' && mapping.startingPosition === 'LATEST';
    // A table that was made anew has another stream, with sequence numbers of its own.
    if (streamArn !== progress.streamArn) await this.#stopTasks();
    const shards = await source.shards(streamArn, signal);
    if (signal.aborted) return;
    // A LATEST iterator can't be had again after a crash, nor does it hold what was written before it was asked for. The time of
    // the start can be kept, and the records' own time (to the second) compared with it.
    const since = Math.floor(clock.now() / 1000) * 1000;
    const shardIds = shards.map((shard) => shard.ShardId!);
    progress.useStream(streamArn, latest ? Object.fromEntries(shardIds.map((id) => [id, { since }])) : {});
    progress.keepOnly(new Set(shardIds));
    for (const shardId of readableShards(shards, (id) => progress.get(id)?.finished === true)) {
      if (!this.#tasks.has(shardId)) this.#read(streamArn, shardId);
    }
  }

  #read(streamArn: string, shardId: string): void {
    const task = new ShardTask(this.#surroundings, streamArn, shardId);
    this.#tasks.set(shardId, task);
    void task.done.then(
      (ended) => {
        this.#tasks.delete(shardId);
        // The children of a shard may be read once it has ended.
        if (ended) this.#discovery.wake();
      },
      async (error: unknown) => {
        const { health, clock } = this.#surroundings;
        health.engineFailed(`Reading shard ${shardId} broke off and begins anew`, error);
        await pause(clock, ENGINE_BACKOFF.longestMs, this.#stopping.signal);
        this.#tasks.delete(shardId);
        this.#discovery.wake();
      },
    );
  }

  async #stopTasks(): Promise<void> {
    const tasks = [...this.#tasks.values()];
    for (const task of tasks) task.stop();
    await Promise.allSettled(tasks.map((task) => task.done));
  }
}
