/**
 * Lets messages of one connection be worked on concurrently, as on AWS, but bounds what one client can occupy: at the limit its
 * socket is read no further. What `ws` had already taken from the socket (64 KB at most) waits here.
 */
export class MessageQueue {
  readonly #limit: number;
  readonly #source: { pause(): void; resume(): void };
  readonly #work: (body: string) => Promise<void>;
  #waiting: string[] = [];
  #running = 0;
  #paused = false;

  /** `limit`: messages at the same time; `work` must not reject. */
  constructor(
    limit: number,
    source: { pause(): void; resume(): void },
    work: (body: string) => Promise<void>,
  ) {
    this.#limit = limit;
    this.#source = source;
    this.#work = work;
  }

  push(body: string): void {
    if (this.#running < this.#limit) this.#start(body);
    else this.#waiting.push(body);
    if (this.#running < this.#limit || this.#paused) return;
    this.#paused = true;
    this.#source.pause();
  }

  /** Forgets what waits and reads on, so that the end of the socket is seen. */
  clear(): void {
    this.#waiting = [];
    this.#resume();
  }

  #start(body: string): void {
    this.#running += 1;
    void this.#work(body).finally(() => {
      this.#running -= 1;
      const next = this.#waiting.shift();
      if (next === undefined) this.#resume();
      else this.#start(next);
    });
  }

  #resume(): void {
    if (!this.#paused) return;
    this.#paused = false;
    this.#source.resume();
  }
}
