/** The newest entries, bounded by their number and their size: an hour of traffic takes no more memory than a minute. */

export interface RingOptions<T> {
  maxEntries: number;
  maxBytes: number;
  /** Called with each entry that makes room. */
  onDrop: (entry: T) => void;
}

export class Ring<T extends { id: number; bytes: number }> {
  readonly #options: RingOptions<T>;
  readonly #slots: (T | undefined)[];
  #oldest = 1;
  #next = 1;
  #bytes = 0;

  constructor(options: RingOptions<T>) {
    this.#options = options;
    this.#slots = Array.from({ length: options.maxEntries }, () => undefined);
  }

  /** The id that the next entry must have: 1, 2, 3 … */
  get nextId(): number {
    return this.#next;
  }

  get bytes(): number {
    return this.#bytes;
  }

  get(id: number | undefined): T | undefined {
    if (id === undefined || id < this.#oldest) return undefined;
    const entry = this.#slots[id % this.#slots.length];
    return entry?.id === id ? entry : undefined;
  }

  add(entry: T): void {
    if (this.#next - this.#oldest >= this.#slots.length) this.#drop();
    this.#slots[entry.id % this.#slots.length] = entry;
    this.#next++;
    this.#bytes += entry.bytes;
    this.#shrink();
  }

  /** An entry has become larger. */
  grow(entry: T, bytes: number): void {
    if (this.get(entry.id) !== entry) return;
    entry.bytes += bytes;
    this.#bytes += bytes;
    this.#shrink();
  }

  /** The newest entries, oldest first. */
  newest(count: number): T[] {
    const found: T[] = [];
    for (let id = Math.max(this.#oldest, this.#next - count); id < this.#next; id++)
      found.push(this.get(id)!);
    return found;
  }

  #shrink(): void {
    while (this.#bytes > this.#options.maxBytes && this.#oldest < this.#next) this.#drop();
  }

  #drop(): void {
    const index = this.#oldest++ % this.#slots.length;
    const entry = this.#slots[index]!;
    this.#slots[index] = undefined;
    this.#bytes -= entry.bytes;
    this.#options.onDrop(entry);
  }
}
