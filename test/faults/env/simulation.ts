/**
 * Controls time and order. Everything that crosses a process boundary (a database call, a post, a frame) waits here until it is drawn,
 * one at a time, so any interleaving can come up. Time stands still while calls are under way, with rare exceptions, then jumps to the
 * next timer.
 */
import { setImmediate as turn } from 'node:timers/promises';
import { seededRandom, type Random } from '../../../console/lab/random.ts';

interface Timer {
  at: number;
  callback: () => void;
}

/** A timer that is due within this time may overtake calls that are under way: calls can be this slow. */
const SLOWEST_CALL_MS = 20_000;
/** Event-loop turns without news after which everything is considered to wait. */
const QUIET_TURNS = 4;

export class Simulation {
  readonly random: Random;
  #now: number;
  #waiting: (() => Promise<void>)[] = [];
  #timers = new Set<Timer>();
  #news = 0;
  /** Probability, at each step, that time passes although calls are under way. */
  overtaking: number;

  constructor({ seed, startAt, overtaking = 0.01 }: { seed: number; startAt: number; overtaking?: number }) {
    this.random = seededRandom(seed);
    this.#now = startAt;
    this.overtaking = overtaking;
  }

  /** Milliseconds since 1970. */
  readonly now = (): number => this.#now;

  readonly sleep = (ms: number): Promise<void> => new Promise((resolve) => void this.after(ms, resolve));

  /** Calls back once; returns what cancels it. */
  readonly after = (ms: number, callback: () => void): (() => void) => {
    const timer = { at: this.#now + Math.max(0, ms), callback };
    this.#timers.add(timer);
    this.#news++;
    return () => void this.#timers.delete(timer);
  };

  /** Runs the work when it is drawn; nothing else runs meanwhile. */
  call<T>(work: () => Promise<T> | T): Promise<T> {
    this.#news++;
    return new Promise((resolve, reject) => {
      this.#waiting.push(async () => {
        try {
          resolve(await work());
        } catch (error) {
          reject(error as Error);
        }
      });
    });
  }

  /** Continues for this long in simulated time. */
  async run(ms: number): Promise<void> {
    const end = this.#now + ms;
    while (await this.#step(end));
    this.#now = end;
  }

  /** Continues until the condition holds. @returns false if it does not within `ms` */
  async runUntil(condition: () => boolean, ms: number): Promise<boolean> {
    const end = this.#now + ms;
    do {
      // Effects must be visible before the condition is checked.
      await this.#quiet();
      if (condition()) return true;
    } while (await this.#step(end));
    return condition();
  }

  /** @returns false if nothing else happens before `end` */
  async #step(end: number): Promise<boolean> {
    await this.#quiet();
    const next = this.#nextTimer();
    if (this.#waiting.length > 0) {
      const mayOvertake = next && next.at <= Math.min(end, this.#now + SLOWEST_CALL_MS);
      if (mayOvertake && this.random.happens(this.overtaking)) this.#fire(next);
      else {
        const [work] = this.#waiting.splice(this.random.below(this.#waiting.length), 1);
        await work!();
      }
      return true;
    }
    if (!next || next.at > end) return false;
    this.#fire(next);
    return true;
  }

  #fire(timer: Timer): void {
    this.#timers.delete(timer);
    this.#now = Math.max(this.#now, timer.at);
    timer.callback();
  }

  #nextTimer(): Timer | undefined {
    let next: Timer | undefined;
    for (const timer of this.#timers) if (!next || timer.at < next.at) next = timer;
    return next;
  }

  /** Waits until everything waits: for its turn, for a timer, or for the test. */
  async #quiet(): Promise<void> {
    for (let seen = -1, turns = 0; turns < QUIET_TURNS; turns++) {
      await turn();
      if (seen !== this.#news) turns = 0;
      seen = this.#news;
    }
  }
}
