/** Longer than the limits of all components for stopping, added up. */
const CLOSE_PATIENCE_MS = 30_000;

/** The shell in which npm runs this process. */
const NPM_SHELL = process.env['npm_lifecycle_event'] === undefined ? undefined : process.ppid;

/** Closes gracefully at Ctrl-C or SIGTERM, within a limit. A second signal ends the process immediately. */
export function closeOnSignal(close: () => Promise<void>): void {
  let isClosing = false;
  function stop(): void {
    isClosing = true;
    console.log('\nStopping: asking pages to reconnect and finishing what is running.');
    setTimeout(() => {
      console.error(`Not everything stopped within ${CLOSE_PATIENCE_MS / 1000} s. Ending anyway.`);
      process.exit(1);
    }, CLOSE_PATIENCE_MS).unref();
    close().then(
      () => process.exit(0),
      (error: unknown) => {
        console.error('Stopping failed:', error);
        process.exit(70);
      },
    );
  }
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.on(signal, () => (isClosing ? process.exit(130) : stop()));
  }
  // npm sends a signal that it receives to its shell only, which ends without passing it on.
  const watch = setInterval(() => {
    if (NPM_SHELL === undefined || process.ppid === NPM_SHELL) return;
    clearInterval(watch);
    if (!isClosing) stop();
  }, 500);
  watch.unref();
  // A bug in one request must not end the server, and must not be silent either.
  process.on('unhandledRejection', (reason) =>
    console.error('A bug in Cloud Resume; the server keeps running. Please report it:', reason),
  );
}
