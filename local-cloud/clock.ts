/** The time that the local cloud's services run by. An argument everywhere, so that tests need not wait. */
export interface Clock {
  /** Milliseconds since 1970. */
  now(): number;
  /** Calls `callback` once after `milliseconds`. */
  setTimer(callback: () => void, milliseconds: number): Timer;
}

export interface Timer {
  /** Does nothing when the timer has fired. */
  cancel(): void;
}

export const systemClock: Clock = {
  now: () => Date.now(),
  setTimer(callback, milliseconds) {
    const timeout = setTimeout(callback, milliseconds);
    // An idle timer must not keep a process alive whose servers have stopped.
    timeout.unref();
    return { cancel: () => clearTimeout(timeout) };
  },
};
