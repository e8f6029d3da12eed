/** What the benchmark is doing, as it does it: one line an event, with the time since the start. */
export type Say = (text: string) => void;

export function createProgress(write: (line: string) => void, now: () => number): Say {
  const started = now();
  return (text) => write(`${((now() - started) / 1000).toFixed(1).padStart(6)} s  ${text}`);
}
