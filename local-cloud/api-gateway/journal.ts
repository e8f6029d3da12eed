/**
 * The open connections, on disk. When AWS loses a gateway host, `$disconnect` still follows at best effort; here the next
 * process reads from the journal which connections a killed one left behind, and runs their `$disconnect`.
 */
import { closeSync, openSync, readFileSync, renameSync, writeFileSync, writeSync } from 'node:fs';
import type { ConnectionFacts } from './events.ts';

/** The file is compacted when it has this many more lines than open connections. */
const SLACK_LINES = 10_000;

export class Journal {
  readonly #path: string;
  readonly #open = new Map<string, ConnectionFacts>();
  #file: number;
  #lines = 0;
  #isClosed = false;

  constructor(path: string) {
    this.#path = path;
    for (const entry of readEntries(path)) {
      if ('opened' in entry) this.#open.set(entry.opened.connectionId, entry.opened);
      else this.#open.delete(entry.closed);
    }
    this.#file = this.#compact();
  }

  /** Connections whose `$connect` was started and whose `$disconnect` has not finished. */
  get leftOver(): ConnectionFacts[] {
    return [...this.#open.values()];
  }

  opened(facts: ConnectionFacts): void {
    this.#open.set(facts.connectionId, facts);
    this.#append({ opened: facts });
  }

  closed(connectionId: string): void {
    if (this.#open.delete(connectionId)) this.#append({ closed: connectionId });
  }

  /** A `$disconnect` that ends after this is run again by the next process. */
  close(): void {
    this.#isClosed = true;
    closeSync(this.#file);
  }

  // Synchronous: the operating system keeps what was written when this process is killed.
  #append(entry: Entry): void {
    if (this.#isClosed) return;
    writeSync(this.#file, `${JSON.stringify(entry)}\n`);
    if (++this.#lines < this.#open.size + SLACK_LINES) return;
    closeSync(this.#file);
    this.#file = this.#compact();
  }

  #compact(): number {
    const entries = this.leftOver.map((opened) => `${JSON.stringify({ opened })}\n`);
    writeFileSync(`${this.#path}.new`, entries.join(''));
    renameSync(`${this.#path}.new`, this.#path);
    this.#lines = entries.length;
    return openSync(this.#path, 'a');
  }
}

type Entry = { opened: ConnectionFacts } | { closed: string };

/** Skips lines that a crash cut off: the rows of those connections expire by themselves. */
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
