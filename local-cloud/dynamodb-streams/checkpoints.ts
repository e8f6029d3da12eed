/** How far each shard has been processed, kept in a file so that a restart goes on where it stood. */
import { mkdir, open, readFile, rename } from 'node:fs/promises';
import { dirname, join } from 'node:path';

export interface ShardCheckpoint {
  /** All records up to this one are done with. */
  sequenceNumber?: string;
  /** Where nothing has been processed yet: milliseconds since 1970; older records were there before the mapping. */
  since?: number;
  /** The shard is closed and read to its end: its children may be read. */
  finished?: true;
}

export interface Checkpoints {
  streamArn: string;
  shards: Record<string, ShardCheckpoint>;
}

export interface CheckpointStore {
  /** `undefined` when nothing has been kept under this name. */
  load(uuid: string): Promise<Checkpoints | undefined>;
  /** Resolves when the checkpoints would survive a crash of the machine. */
  save(uuid: string, checkpoints: Checkpoints): Promise<void>;
}

/** Keeps `<uuid>.json` in `directory`. Each save replaces the file as a whole, so that a crash leaves the old or the new one. */
export function createFileCheckpointStore(directory: string): CheckpointStore {
  const pathOf = (uuid: string) => join(directory, `${encodeURIComponent(uuid)}.json`);
  return {
    async load(uuid) {
      let text: string;
      try {
        text = await readFile(pathOf(uuid), 'utf8');
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
        throw error;
      }
      return parse(text, pathOf(uuid));
    },
    async save(uuid, checkpoints) {
      const path = pathOf(uuid);
      await mkdir(directory, { recursive: true });
      await writeDurably(`${path}.new`, JSON.stringify(checkpoints, undefined, 2));
      await rename(`${path}.new`, path);
      await syncDirectory(dirname(path));
    },
  };
}

function parse(text: string, path: string): Checkpoints {
  try {
    const value = JSON.parse(text) as Partial<Checkpoints> | null;
    if (typeof value?.streamArn === 'string' && value.shards && typeof value.shards === 'object') {
      return value as Checkpoints;
    }
  } catch {
    // Reported below, with the file's name.
  }
  throw new Error(
    `${path} does not hold stream checkpoints. Delete it to read the stream again from its beginning.`,
  );
}

async function writeDurably(path: string, text: string): Promise<void> {
  const file = await open(path, 'w');
  try {
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
}

/** Makes a rename durable; some systems can't open a folder, and theirs is durable without. */
async function syncDirectory(path: string): Promise<void> {
  const directory = await open(path, 'r').catch(() => undefined);
  await directory?.sync().catch(() => {});
  await directory?.close();
}
