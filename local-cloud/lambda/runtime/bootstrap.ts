/**
 * The program of a function's process: what Lambda's Node.js runtime interface client is on AWS. It loads the handler,
 * says that it is ready, and then handles one event at a time.
 */
import { format } from 'node:util';
import { createContext } from './context.ts';
import { describeThrown } from './error-shape.ts';
import { loadHandler, type Handler } from './handler.ts';
import type { InvokeMessage, RuntimeMessage } from './protocol.ts';

const send = (message: RuntimeMessage): void => {
  // The runner is gone: nobody is left to answer to.
  if (!process.connected) process.exit(0);
  process.send?.(message);
};

process.title = `lambda ${process.env['AWS_LAMBDA_FUNCTION_NAME']}`;
for (const level of ['log', 'info', 'warn', 'error', 'debug', 'trace'] as const) {
  console[level] = (...values: unknown[]) => send({ type: 'log', text: format(...values) });
}
process.on('disconnect', () => process.exit(0));
// Ctrl-C reaches the whole process group; the runner decides when its functions end.
process.on('SIGINT', () => {});
process.on('SIGTERM', () => {});
process.on('uncaughtException', (error) => send({ type: 'fatal', error: describeThrown(error) }));
process.on('unhandledRejection', (reason) => {
  const { errorType, errorMessage, trace } = describeThrown(reason);
  send({
    type: 'fatal',
    error: {
      errorType: 'Runtime.UnhandledPromiseRejection',
      errorMessage: `${errorType}: ${errorMessage}`,
      ...(trace && { trace }),
    },
  });
});

loadHandler(process.env['LAMBDA_TASK_ROOT'] ?? '', process.env['_HANDLER'] ?? '').then(
  (handler) => {
    process.on('message', (message) => void handle(handler, message as InvokeMessage));
    send({ type: 'ready' });
  },
  (error: unknown) => send({ type: 'init-error', error: describeThrown(error) }),
);

async function handle(handler: Handler, message: InvokeMessage): Promise<void> {
  const { requestId } = message;
  const startedAt = performance.now();
  const durationMs = () => performance.now() - startedAt;
  try {
    const result: unknown = await handler(JSON.parse(message.event), createContext(message, process.env));
    send({ type: 'response', requestId, payload: stringify(result), durationMs: durationMs() });
  } catch (error) {
    send({ type: 'error', requestId, error: describeThrown(error), durationMs: durationMs() });
  }
}

/** A handler that returns nothing answers `null`. */
function stringify(result: unknown): string {
  try {
    return JSON.stringify(result) ?? 'null';
  } catch (error) {
    throw new Error(`Unable to stringify response body: ${String(error)}`, { cause: error });
  }
}
