/** The clock of the local cloud's services: an argument, so tests need not wait. */
export interface Clock {
  /** Milliseconds since 1970. */
  now(): number;
  /** Calls `callback` once after `milliseconds`. */
  setTimer(callback: () => void, milliseconds: number): Timer;
}

export interface Timer {
  /** Does nothing once the timer has fired. */
  cancel(): void;
}

export const systemClock: Clock = {
  now: () => Date.now(),
  setTimer(callback, milliseconds) {
    const timeout = setTimeout(callback, milliseconds);
    // A pending timer must not keep the process alive after its servers have stopped.
    timeout.unref();
    return { cancel: () => clearTimeout(timeout) };
  },
};
