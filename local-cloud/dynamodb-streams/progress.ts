import type { Clock, Timer } from '../clock.ts';
import type { Checkpoints, CheckpointStore, ShardCheckpoint } from './checkpoints.ts';
import type { MappingHealth } from './mapping-health.ts';

/** What need not be on disk soon, such as records that the filter passed over, and what could not be written, waits this long. */
const WRITE_LATER_MS = 1000;

export interface ProgressOptions {
  uuid: string;
  store: CheckpointStore;
  clock: Clock;
  health: MappingHealth;
}

/**
 * The mapping's checkpoints in memory, written behind: one write at a time, always of the newest state. A write that is
 * late or fails costs at most a repeated batch after a crash, which "at least once" allows.
 */
export class Progress {
  readonly #options: ProgressOptions;
  #checkpoints: Checkpoints = { streamArn: '', shards: {} };
  #dirty = false;
  #closed = false;
  #writing: Promise<void> | undefined;
  #delayed: Timer | undefined;

  constructor(options: ProgressOptions) {
    this.#options = options;
  }

  get streamArn(): string {
    return this.#checkpoints.streamArn;
  }

  async load(): Promise<void> {
    this.#checkpoints = (await this.#options.store.load(this.#options.uuid)) ?? this.#checkpoints;
  }

  /** Starts over, from `shards`, when the table has a new stream. */
  useStream(streamArn: string, shards: Record<string, ShardCheckpoint> = {}): void {
    if (this.#checkpoints.streamArn === streamArn) return;
    this.#checkpoints = { streamArn, shards };
    this.#write();
  }

  get(shardId: string): ShardCheckpoint | undefined {
    return this.#checkpoints.shards[shardId];
  }

  set(shardId: string, checkpoint: ShardCheckpoint): void {
    this.#checkpoints.shards[shardId] = checkpoint;
    this.#write();
  }

  /** As {@link set}, for progress that need not be on disk soon. */
  setLazily(shardId: string, checkpoint: ShardCheckpoint): void {
    this.#checkpoints.shards[shardId] = checkpoint;
    this.#dirty = true;
    this.#writeLater();
  }

  /** Forgets shards that the stream no longer has. */
  keepOnly(shardIds: ReadonlySet<string>): void {
    const gone = Object.keys(this.#checkpoints.shards).filter((shardId) => !shardIds.has(shardId));
    for (const shardId of gone) delete this.#checkpoints.shards[shardId];
    if (gone.length > 0) this.#write();
  }

  /** Writes what is not yet on disk. What comes after that is not kept: another mapping may use the file by then. */
  async close(): Promise<void> {
    if (this.#dirty) this.#write();
    this.#closed = true;
    this.#delayed?.cancel();
    await this.#writing;
  }

  #writeLater(): void {
    if (this.#closed) return;
    this.#delayed ??= this.#options.clock.setTimer(() => this.#write(), WRITE_LATER_MS);
  }

  #write(): void {
    if (this.#closed) return;
    this.#dirty = true;
    this.#delayed?.cancel();
    this.#delayed = undefined;
    this.#writing ??= this.#writeAll();
  }

  async #writeAll(): Promise<void> {
    while (this.#dirty) {
      this.#dirty = false;
      const { health, store, uuid } = this.#options;
      try {
        await store.save(uuid, structuredClone(this.#checkpoints));
        health.checkpointsSaved();
      } catch (error) {
        health.checkpointsFailed(error);
        this.#dirty = true;
        this.#writeLater();
        break;
      }
    }
    this.#writing = undefined;
  }
}
