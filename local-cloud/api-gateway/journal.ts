/**
 * Which connections are open, on disk. When AWS loses a gateway host, the connections' `$disconnect` still comes, at best
 * effort; here the next process finds in the journal whom the killed one has left, and says their farewells.
 */
import { closeSync, openSync, readFileSync, renameSync, writeFileSync, writeSync } from 'node:fs';
import type { ConnectionFacts } from './events.ts';

/** The file is rewritten when this many lines more than open connections have come together. */
const SLACK_LINES = 10_000;

export class Journal {
  readonly #path: string;
  readonly #open = new Map<string, ConnectionFacts>();
  #file: number;
  #lines = 0;
  #isClosed = false;

  /** Opens the journal; what an earlier process has left is in `leftOver`. */
  constructor(path: string) {
    this.#path = path;
    for (const entry of readEntries(path)) {
      if ('opened' in entry) this.#open.set(entry.opened.connectionId, entry.opened);
      else this.#open.delete(entry.closed);
    }
    this.#file = this.#rewrite();
  }

  /** Connections whose `$connect` was begun and whose `$disconnect` has not been finished. */
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

  /** Whose `$disconnect` ends after this stays in the file: the next process says that farewell again. */
  close(): void {
    this.#isClosed = true;
    closeSync(this.#file);
  }

  // Written at once, so that a killed process leaves a true journal: the operating system keeps what was written.
  #append(entry: Entry): void {
    if (this.#isClosed) return;
    writeSync(this.#file, `${JSON.stringify(entry)}\n`);
    if (++this.#lines < this.#open.size + SLACK_LINES) return;
    closeSync(this.#file);
    this.#file = this.#rewrite();
  }

  #rewrite(): number {
    const entries = this.leftOver.map((opened) => `${JSON.stringify({ opened })}\n`);
    writeFileSync(`${this.#path}.new`, entries.join(''));
    renameSync(`${this.#path}.new`, this.#path);
    this.#lines = entries.length;
    return openSync(this.#path, 'a');
  }
}

type Entry = { opened: ConnectionFacts } | { closed: string };

/** A line that was cut off by a crash, or is none of ours, is passed over: its connection expires by itself. */
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
