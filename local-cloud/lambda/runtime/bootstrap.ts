/**
 * The program in a function's process, like Lambda's Node.js runtime interface client: loads the handler, reports that it
 * is ready, and handles one event at a time.
 */
import { format } from 'node:util';
import type { InvokeMessage, RuntimeMessage } from '../execution-environment.ts';
import {
  answerOf,
  describeThrown,
  END_OF_EVENT,
  loadHandler,
  type Handler,
  type HandlerContext,
} from './handler.ts';
import { providePackages } from './provided-packages.ts';
import { redirectTls } from './redirect-tls.ts';

/** From the local cloud: the last argument, as JSON text. */
export interface RuntimeSettings {
  /** Local services by the host names of AWS's: `http://127.0.0.1:5000`. */
  redirects: Record<string, string>;
  /** `nodejs20.x`; without one, the function's bundle contains everything. */
  runtime?: string | undefined;
  /** URL of a file whose packages are those that the runtime contains. */
  packagesOf: string;
}

const send = (message: RuntimeMessage): void => {
  // The local cloud has ended.
  if (!process.connected) process.exit(0);
  process.send?.(message);
};

const environment = process.env;
process.title = `lambda ${environment['AWS_LAMBDA_FUNCTION_NAME']}`;
for (const level of ['log', 'info', 'warn', 'error', 'debug', 'trace'] as const) {
  console[level] = (...values: unknown[]) => send({ type: 'log', text: format(...values) });
}
process.on('disconnect', () => process.exit(0));
// Ctrl-C reaches the whole process group, but the local cloud decides when its functions end.
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

const { redirects, runtime, packagesOf } = JSON.parse(process.argv.pop()!) as RuntimeSettings;
redirectTls(redirects);
if (runtime !== undefined) providePackages(runtime, packagesOf);

loadHandler(environment['LAMBDA_TASK_ROOT'] ?? '', environment['_HANDLER'] ?? '', runtime).then(
  (handler) => {
    process.on('message', (message) => void handle(handler, message as InvokeMessage));
    send({ type: 'ready' });
  },
  (error: unknown) => send({ type: 'init-error', error: describeThrown(error) }),
);

async function handle(handler: Handler, message: InvokeMessage): Promise<void> {
  const { requestId } = message;
  const startedAt = performance.now();
  const finished = () => {
    const durationMs = performance.now() - startedAt;
    // On a line of its own, or after the line that the handler has left open.
    process.stdout.write(`${END_OF_EVENT}\n`);
    return { requestId, durationMs, maxMemoryUsed: Math.round(process.resourceUsage().maxRSS / 1024) };
  };
  try {
    const { event } = message;
    const result =
      event === undefined
        ? null
        : await answerOf(handler, JSON.parse(event), createContext(message), runtime);
    const payload = stringify(result);
    send({ type: 'response', payload, ...finished() });
  } catch (error) {
    send({ type: 'error', error: describeThrown(error), ...finished() });
  }
}

/** The handler's second argument. */
function createContext({ functionArn, requestId, timeoutMs }: InvokeMessage): HandlerContext {
  const deadline = Date.now() + timeoutMs;
  return {
    callbackWaitsForEmptyEventLoop: true,
    functionName: environment['AWS_LAMBDA_FUNCTION_NAME'] ?? '',
    functionVersion: environment['AWS_LAMBDA_FUNCTION_VERSION'] ?? '',
    memoryLimitInMB: environment['AWS_LAMBDA_FUNCTION_MEMORY_SIZE'] ?? '',
    logGroupName: environment['AWS_LAMBDA_LOG_GROUP_NAME'] ?? '',
    logStreamName: environment['AWS_LAMBDA_LOG_STREAM_NAME'] ?? '',
    invokedFunctionArn: functionArn,
    awsRequestId: requestId,
    getRemainingTimeInMillis: () => deadline - Date.now(),
  };
}

/** A handler that returns nothing answers `null`. */
function stringify(result: unknown): string {
  try {
    return JSON.stringify(result) ?? 'null';
  } catch (error) {
    throw new Error(`Unable to stringify response body: ${String(error)}`, { cause: error });
  }
}
