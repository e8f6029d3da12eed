/**
 * The open connections, on disk. When AWS loses a gateway host, `$disconnect` still follows at best effort; here the next
 * process reads from the journal which connections a killed one left behind, and runs their `$disconnect`.
 */
import { closeSync, openSync, readFileSync, renameSync, rmSync, writeFileSync, writeSync } from 'node:fs';
import type { ConnectionFacts } from './events.ts';

/** The file is compacted after this many lines. */
const COMPACT_AFTER_LINES = 10_000;
/** Headers of 16 KB from a client must not fill the disk. A longer value is cut in the journal only. */
const MAX_HEADER_LENGTH = 256;

export class Journal {
  readonly #path: string;
  readonly #open = new Map<string, ConnectionFacts>();
  #file: number;
  #lines = 0;
  /** The last line may be incomplete. */
  #torn = true;
  #isClosed = false;
  #problem: string | undefined;

  constructor(path: string) {
    this.#path = path;
    for (const entry of readEntries(path)) {
      if ('opened' in entry) this.#open.set(entry.opened.connectionId, entry.opened);
      else this.#open.delete(entry.closed);
    }
    this.#file = openSync(path, 'a');
    this.#compact();
  }

  /** Connections whose `$connect` was started and whose `$disconnect` has not finished. */
  get leftOver(): ConnectionFacts[] {
    return [...this.#open.values()];
  }

  /** Why the last entry could not be written, such as a full disk. Tries again first. */
  get problem(): string | undefined {
    if (this.#problem !== undefined) this.#write('\n');
    return this.#problem;
  }

  /** Records a new connection. `false` if that fails: the connection must be refused, or a crash would leave its row behind. */
  opened(facts: ConnectionFacts): boolean {
    const { userAgent, sourceIp } = facts.identity;
    const opened: ConnectionFacts = {
      ...facts,
      domainName: facts.domainName.slice(0, MAX_HEADER_LENGTH),
      identity: {
        ...(userAgent !== undefined && { userAgent: userAgent.slice(0, MAX_HEADER_LENGTH) }),
        sourceIp,
      },
    };
    if (!this.#append({ opened })) return false;
    this.#open.set(facts.connectionId, opened);
    return true;
  }

  /** If this cannot be written, the next process runs `$disconnect` again. */
  closed(connectionId: string): void {
    if (this.#open.delete(connectionId)) this.#append({ closed: connectionId });
  }

  close(): void {
    this.#isClosed = true;
    closeSync(this.#file);
  }

  #append(entry: Entry): boolean {
    if (this.#isClosed) return false;
    if (this.#lines >= this.#open.size + COMPACT_AFTER_LINES) this.#compact();
    this.#lines += 1;
    return this.#write(`${JSON.stringify(entry)}\n`);
  }

  // Synchronous: the operating system keeps what was written when this process is killed.
  #write(line: string): boolean {
    const bytes = Buffer.from(this.#torn ? `\n${line}` : line);
    try {
      const written = writeSync(this.#file, bytes);
      this.#torn ||= written > 0;
      if (written < bytes.length) throw new Error('ENOSPC: no space left on device, write');
      this.#torn = false;
      this.#problem = undefined;
      return true;
    } catch (error) {
      this.#problem = `The connections cannot be recorded in ${this.#path}: ${(error as Error).message}`;
      return false;
    }
  }

  /** Rewrites the file with the open connections only. After a failure the old file stays in use. */
  #compact(): void {
    const entries = this.leftOver.map((opened) => `${JSON.stringify({ opened })}\n`);
    const next = `${this.#path}.new`;
    this.#lines = entries.length;
    try {
      writeFileSync(next, entries.join(''));
      const file = openSync(next, 'a');
      renameSync(next, this.#path);
      closeSync(this.#file);
      this.#file = file;
      this.#torn = false;
    } catch {
      rmSync(next, { force: true });
    }
  }
}

type Entry = { opened: ConnectionFacts } | { closed: string };

/** Skips lines that a crash or a full disk cut off: the rows of those connections expire by themselves. */
function readEntries(path: string): Entry[] {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
  return text.split('\n').flatMap((line) => {
    try {
      const entry = JSON.parse(line) as Partial<{ opened: ConnectionFacts; closed: string }>;
      return entry.opened?.connectionId || entry.closed ? [entry as Entry] : [];
    } catch {
      return [];
    }
  });
}
