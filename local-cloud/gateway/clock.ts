/** Time as the gateway sees it. Tests hand in one that they turn by hand. */
export interface Clock {
  /** Milliseconds since 1970. */
  now(): number;
  /** Calls `callback` once after `milliseconds`. */
  setTimer(callback: () => void, milliseconds: number): Timer;
}

export interface Timer {
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
