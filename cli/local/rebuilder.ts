/** Rebuilding while people type: one build at a time, and one more when something changed during it. */

/**
 * @param build rejects where there is something to mend
 * @param report is told of every build's end; `error` where it failed
 * @returns call it at every change
 */
export function createRebuilder(build: () => Promise<void>, report: (error?: Error) => void): () => void {
  let state: 'idle' | 'building' | 'dirty' = 'idle';
  const rebuild = async () => {
    while (state === 'dirty') {
      state = 'building';
      await build().then(() => report(), report);
    }
    state = 'idle';
  };
  return () => {
    if (state !== 'idle') {
      state = 'dirty';
      return;
    }
    state = 'dirty';
    void rebuild();
  };
}
