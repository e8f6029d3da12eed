import type { _Record as StreamRecord } from '@aws-sdk/client-dynamodb-streams';
import type { ShardCheckpoint } from './checkpoints.ts';
import type { Position, StreamSource } from './stream-source.ts';

export interface CursorOptions {
  source: StreamSource;
  streamArn: string;
  shardId: string;
  /** Where to go on; `undefined` for a shard that is read from its beginning. */
  checkpoint: ShardCheckpoint | undefined;
}

/**
 * Reads a shard page by page. Whatever happens to the iterator (it expires after 15 minutes, its records are trimmed
 * after 24 hours, the engine is restarted), the next read takes a new one behind the last record that was read.
 */
export class ShardCursor {
  readonly #options: CursorOptions;
  #iterator: string | undefined;
  #position: Position;
  /** Records older than this (milliseconds since 1970) came before the mapping. */
  readonly #since: number;
  #ended = false;

  constructor(options: CursorOptions) {
    this.#options = options;
    const { sequenceNumber, since } = options.checkpoint ?? {};
    this.#since = since ?? 0;
    this.#position = sequenceNumber
      ? { type: 'AFTER_SEQUENCE_NUMBER', sequenceNumber }
      : { type: 'TRIM_HORIZON' };
  }

  /** The shard is closed and all its records have been read. */
  get ended(): boolean {
    return this.#ended;
  }

  /** The next records, perhaps none. Rejects with the engine's error; may be called again after that. */
  async read(signal: AbortSignal): Promise<StreamRecord[]> {
    const { source, streamArn, shardId } = this.#options;
    try {
      this.#iterator ??= await source.iterator(streamArn, shardId, this.#position, signal);
      const page = await source.records(this.#iterator, signal);
      this.#iterator = page.next;
      this.#ended = page.next === undefined;
      return this.#advance(page.records);
    } catch (error) {
      this.#iterator = undefined;
      if ((error as Error).name === 'TrimmedDataAccessException') this.#position = { type: 'TRIM_HORIZON' };
      throw error;
    }
  }

  #advance(records: StreamRecord[]): StreamRecord[] {
    const sequenceNumber = records.at(-1)?.dynamodb?.SequenceNumber;
    if (sequenceNumber) this.#position = { type: 'AFTER_SEQUENCE_NUMBER', sequenceNumber };
    if (this.#since === 0) return records;
    return records.filter(
      (record) => (record.dynamodb?.ApproximateCreationDateTime?.getTime() ?? 0) >= this.#since,
    );
  }
}
