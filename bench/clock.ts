/** Milliseconds on a clock that all processes of a machine share, so a visit can be timed from one process to another. */
export const nowMs = (): number => Number(process.hrtime.bigint()) / 1e6;

/** Milliseconds since 1970 with fractions, on the clock that a browser's pages have too. */
export const epochMs = (): number => performance.timeOrigin + performance.now();

/** Prints what the benchmark is doing: one line per event, with the time since the start. */
export type Say = (text: string) => void;

export function createProgress(write: (line: string) => void): Say {
  const started = nowMs();
  return (text) => write(`${((nowMs() - started) / 1000).toFixed(1).padStart(6)} s  ${text}`);
}
