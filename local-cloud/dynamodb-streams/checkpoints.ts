/** How far each shard has been processed, kept in a file so that a restart continues from there. */
import { mkdir, open, readFile, rename } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Clock, Timer } from '../clock.ts';
import type { MappingHealth } from './health.ts';

export interface ShardCheckpoint {
  /** The last record that is done. */
  sequenceNumber?: string;
  /** Until a record is done: skip records created before this time, in milliseconds since 1970. */
  since?: number;
  /** The shard is closed and read to its end, so its children may be read. */
  finished?: true;
}

export interface MappingCheckpoints {
  streamArn: string;
  shards: Record<string, ShardCheckpoint>;
}

export interface CheckpointOptions {
  /** Path of the JSON file; its folder is created if missing. */
  file: string;
  clock: Clock;
  health: MappingHealth;
  /** Resolves once the checkpoints would survive a power cut. */
  save?: (file: string, checkpoints: MappingCheckpoints) => Promise<void>;
}

/** Records that the filter skipped, and a write that failed, wait this long to be written. */
const WRITE_LATER_MS = 1_000;

/**
 * A mapping's checkpoints in memory, written behind: one write at a time, always the newest state. A late or failed write costs at
 * most a repeated batch after a crash, which "at least once" allows.
 */
export class Checkpoints {
  readonly #options: Required<CheckpointOptions>;
  #current: MappingCheckpoints = { streamArn: '', shards: {} };
  #dirty = false;
  #closed = false;
  #writing: Promise<void> | undefined;
  #delayed: Timer | undefined;

  constructor(options: CheckpointOptions) {
    this.#options = { save: saveCheckpoints, ...options };
  }

  /** @throws if the file cannot be read or is damaged */
  async load(): Promise<void> {
    this.#current = (await loadCheckpoints(this.#options.file)) ?? this.#current;
  }

  get streamArn(): string {
    return this.#current.streamArn;
  }

  /** Starts over from `shards` if the table has a new stream. */
  useStream(streamArn: string, shards: Record<string, ShardCheckpoint> = {}): void {
    if (this.#current.streamArn === streamArn) return;
    this.#current = { streamArn, shards };
    this.#write();
  }

  get(shardId: string): ShardCheckpoint | undefined {
    return this.#current.shards[shardId];
  }

  set(shardId: string, checkpoint: ShardCheckpoint): void {
    this.#current.shards[shardId] = checkpoint;
    this.#write();
  }

  /** Like {@link set}, for progress that need not reach the disk soon. */
  setLazily(shardId: string, checkpoint: ShardCheckpoint): void {
    this.#current.shards[shardId] = checkpoint;
    this.#dirty = true;
    this.#writeLater();
  }

  /** Deletes shards that the stream no longer has. */
  keepOnly(shardIds: ReadonlySet<string>): void {
    const gone = Object.keys(this.#current.shards).filter((shardId) => !shardIds.has(shardId));
    for (const shardId of gone) delete this.#current.shards[shardId];
    if (gone.length > 0) this.#write();
  }

  /** Writes what is not on disk yet. Later changes are dropped: another mapping may own the file by then. */
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
    const { file, health, save } = this.#options;
    while (this.#dirty) {
      this.#dirty = false;
      try {
        await save(file, structuredClone(this.#current));
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

/**
 * @returns `undefined` if there is no such file
 * @throws if it does not hold checkpoints
 */
export async function loadCheckpoints(file: string): Promise<MappingCheckpoints | undefined> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
  try {
    const value = JSON.parse(text) as Partial<MappingCheckpoints> | null;
    if (typeof value?.streamArn === 'string' && value.shards && typeof value.shards === 'object')
      return value as MappingCheckpoints;
  } catch {
    // Reported below, with the file's name.
  }
  throw new Error(`${file} does not hold stream checkpoints. Delete it to read the stream from its start.`);
}

/** Replaces the whole file, so a crash leaves either the old or the new one. */
export async function saveCheckpoints(file: string, checkpoints: MappingCheckpoints): Promise<void> {
  await mkdir(dirname(file), { recursive: true });
  const next = await open(`${file}.new`, 'w');
  try {
    await next.writeFile(JSON.stringify(checkpoints, undefined, 2));
    await next.sync();
  } finally {
    await next.close();
  }
  await rename(`${file}.new`, file);
  // Makes the rename durable. Systems that cannot open a folder do this by themselves.
  const folder = await open(dirname(file), 'r').catch(() => undefined);
  await folder?.sync().catch(() => {});
  await folder?.close();
}
