/** Lambda's event source mapping on a DynamoDB stream: reads the shards in order and invokes the function with batches of records. */
import { join } from 'node:path';
import { systemClock, type Clock } from '../clock.ts';
import type { Invoke } from '../invocation.ts';
import type { Log } from '../observer.ts';
import type { EventSourceMapping } from '../topology.ts';
import { Checkpoints } from './checkpoints.ts';
import { compileFilter } from './filter.ts';
import { MappingHealth, type MappingStatus } from './health.ts';
import { backoffMs, DATABASE_BACKOFF, DISCOVERY_INTERVAL_MS, IDLE_MS, IdlePause, pause } from './pacing.ts';
import { ShardReader, type MappingContext } from './shard.ts';
import { readableShards, type StreamSource } from './stream.ts';

export interface StreamMappingOptions {
  mapping: EventSourceMapping;
  invoke: Invoke;
  source: StreamSource;
  /** Folder for the checkpoints, created if missing. A restart continues from them. */
  checkpointDirectory: string;
  log: Log;
  clock?: Clock;
  /** In [0, 1); for jitter. */
  random?: () => number;
  /** Bounds of the pause after an empty poll, in milliseconds. */
  idleMs?: { min: number; max: number };
  /** How long `stop` waits for the batch in flight. Default: 5,000 ms. */
  stopGraceMs?: number;
}

export class StreamMapping {
  readonly #context: MappingContext;
  readonly #stopGraceMs: number;
  readonly #stopping = new AbortController();
  readonly #discovery: IdlePause;
  readonly #readers = new Map<string, ShardReader>();
  readonly #running: Promise<void>;
  #isStarting = true;

  /**
   * Starts reading. Later errors are retried and show in `status`.
   * @throws {UserError} for a malformed filter pattern or damaged checkpoints
   */
  constructor(options: StreamMappingOptions) {
    const { mapping, clock = systemClock, log } = options;
    const health = new MappingHealth(log);
    const file = join(options.checkpointDirectory, `${encodeURIComponent(mapping.uuid)}.json`);
    this.#stopGraceMs = options.stopGraceMs ?? 5_000;
    this.#discovery = new IdlePause(clock, { min: DISCOVERY_INTERVAL_MS, max: DISCOVERY_INTERVAL_MS });
    this.#context = {
      mapping,
      filter: compileFilter(mapping.filterPatterns),
      source: options.source,
      checkpoints: new Checkpoints(file, clock, health),
      health,
      log,
      invoke: options.invoke,
      clock,
      random: options.random ?? Math.random,
      idleMs: options.idleMs ?? IDLE_MS,
    };
    this.#running = this.#run();
  }

  /** Lets the batch in flight finish within the grace period. What is unfinished by then is delivered again after a restart. */
  async stop(): Promise<void> {
    const { clock, checkpoints } = this.#context;
    this.#stopping.abort();
    const finished = new AbortController();
    void Promise.all([this.#running, this.#stopReaders()]).then(() => finished.abort());
    await pause(clock, this.#stopGraceMs, finished.signal);
    await checkpoints.close();
  }

  /** Polls now: something may have been written to the table. */
  wake(): void {
    for (const reader of this.#readers.values()) reader.wake();
  }

  status(): MappingStatus {
    const { health, clock } = this.#context;
    const ages = [...this.#readers.values()].map(({ oldestPending: oldest }) =>
      oldest === undefined ? 0 : clock.now() - oldest,
    );
    return {
      problem: health.problem ?? (this.#isStarting ? 'starting' : undefined),
      iteratorAgeMs: Math.max(0, ...ages),
    };
  }

  async #run(): Promise<void> {
    const { health, clock, random, mapping } = this.#context;
    const { signal } = this.#stopping;
    for (let failures = 0; !signal.aborted;) {
      try {
        await this.#discover(signal);
        failures = 0;
        this.#isStarting = false;
        health.works('stream');
        await this.#discovery.wait(signal);
      } catch (error) {
        if (signal.aborted) return;
        failures += 1;
        health.failed('stream', `Can't find the stream of table ${mapping.tableName}`, error);
        await pause(clock, backoffMs(failures, DATABASE_BACKOFF, random), signal);
      }
    }
  }

  /** Starts reading every readable shard that has no reader yet. */
  async #discover(signal: AbortSignal): Promise<void> {
    const { source, checkpoints, mapping, clock } = this.#context;
    const streamArn = await source.streamArn(signal);
    const isNew = checkpoints.streamArn === '';
    // A recreated table has a new stream with its own sequence numbers.
    if (streamArn !== checkpoints.streamArn) await this.#stopReaders();
    const shards = await source.shards(streamArn, signal);
    if (signal.aborted) return;
    const shardIds = shards.map((shard) => shard.ShardId!);
    // For LATEST, keep the start time and compare each record's time (to the second) with it. A LATEST iterator would miss records
    // written before it was requested, and it would not survive a crash.
    const since = Math.floor(clock.now() / 1000) * 1000;
    const startAtLatest = isNew && mapping.startingPosition === 'LATEST';
    checkpoints.useStream(
      streamArn,
      startAtLatest ? Object.fromEntries(shardIds.map((id) => [id, { since }])) : {},
    );
    checkpoints.keepOnly(shardIds);
    for (const shardId of readableShards(shards, (id) => checkpoints.get(id)?.finished === true))
      if (!this.#readers.has(shardId)) this.#read(streamArn, shardId);
  }

  #read(streamArn: string, shardId: string): void {
    const reader = new ShardReader(this.#context, streamArn, shardId);
    this.#readers.set(shardId, reader);
    void reader.done.then((ended) => {
      this.#readers.delete(shardId);
      // Its children may be read now.
      if (ended) this.#discovery.wake();
    });
  }

  async #stopReaders(): Promise<void> {
    const readers = [...this.#readers.values()];
    for (const reader of readers) reader.stop();
    await Promise.all(readers.map((reader) => reader.done));
  }
}
