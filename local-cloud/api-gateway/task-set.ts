import type { Clock } from '../clock.ts';

/** Promises under way that nobody awaits one by one. */
export class TaskSet {
  readonly #tasks = new Set<Promise<void>>();

  /** `task` must not reject. */
  add(task: Promise<void>): void {
    const tracked = task.finally(() => this.#tasks.delete(tracked));
    this.#tasks.add(tracked);
  }

  /** Resolves when none is left, those included that come while it waits. */
  async settled(): Promise<void> {
    while (this.#tasks.size > 0) await Promise.all(this.#tasks);
  }
}

/** Waits for `task`, but not longer than `milliseconds`. */
export function atMost(clock: Clock, milliseconds: number, task: Promise<void>): Promise<void> {
  return new Promise((resolve) => {
    const timer = clock.setTimer(resolve, milliseconds);
    void task.then(() => {
      timer.cancel();
      resolve();
    });
  });
}
