/** How far each shard has been processed, kept in a file so that a restart continues from there. */
import { mkdirSync, readFileSync } from 'node:fs';
import { rename, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { UserError } from '../../shared/user-error.ts';
import type { Clock } from '../clock.ts';
import type { MappingHealth } from './health.ts';
import { pause } from './pacing.ts';

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

const WRITE_INTERVAL_MS = 1_000;

/**
 * A mapping's checkpoints in memory, written to their file in the background: the newest state, at most once a second. A late or failed
 * write costs at most repeated batches after a crash, which "at least once" allows.
 */
export class Checkpoints {
  readonly #file: string;
  readonly #clock: Clock;
  readonly #health: MappingHealth;
  readonly #closing = new AbortController();
  #current: MappingCheckpoints;
  #isDirty = false;
  #writing: Promise<void> | undefined;

  /**
   * @param file path of the JSON file; its folder is created if missing
   * @throws {UserError} if the file is damaged
   */
  constructor(file: string, clock: Clock, health: MappingHealth) {
    this.#file = file;
    this.#clock = clock;
    this.#health = health;
    mkdirSync(dirname(file), { recursive: true });
    this.#current = loadCheckpoints(file);
  }

  /** Empty until {@link useStream}. */
  get streamArn(): string {
    return this.#current.streamArn;
  }

  /** Starts over from `shards` if the table has a new stream. */
  useStream(streamArn: string, shards: Record<string, ShardCheckpoint>): void {
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

  /** Deletes shards that the stream no longer has. */
  keepOnly(shardIds: readonly string[]): void {
    for (const shardId of Object.keys(this.#current.shards)) {
      if (shardIds.includes(shardId)) continue;
      delete this.#current.shards[shardId];
      this.#write();
    }
  }

  /** Writes what is not on disk yet. Later changes are dropped: another mapping may own the file by then. */
  async close(): Promise<void> {
    this.#closing.abort();
    await this.#writing;
    if (this.#isDirty) await this.#save();
  }

  #write(): void {
    if (this.#closing.signal.aborted) return;
    this.#isDirty = true;
    this.#writing ??= this.#writeAll();
  }

  async #writeAll(): Promise<void> {
    while (this.#isDirty && !this.#closing.signal.aborted) {
      await this.#save();
      await pause(this.#clock, WRITE_INTERVAL_MS, this.#closing.signal);
    }
    this.#writing = undefined;
  }

  /** Replaces the whole file, so a crash leaves either the old or the new one. */
  async #save(): Promise<void> {
    this.#isDirty = false;
    try {
      await writeFile(`${this.#file}.new`, JSON.stringify(this.#current, undefined, 2), { flush: true });
      await rename(`${this.#file}.new`, this.#file);
      this.#health.works('checkpoints');
    } catch (error) {
      this.#isDirty = true;
      this.#health.failed('checkpoints', "Can't write the stream's checkpoints", error);
    }
  }
}

function loadCheckpoints(file: string): MappingCheckpoints {
  try {
    const value = JSON.parse(readFileSync(file, 'utf8')) as Partial<MappingCheckpoints> | null;
    if (typeof value?.streamArn === 'string' && value.shards && typeof value.shards === 'object')
      return value as MappingCheckpoints;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return { streamArn: '', shards: {} };
  }
  throw new UserError(
    `${file} does not hold stream checkpoints.`,
    'Delete it to read the stream from its start.',
  );
}
