/**
 * The program in a function's process, like Lambda's Node.js runtime interface client: loads the handler, reports that it
 * is ready, and handles one event at a time.
 */
import type { FunctionError } from '../../invocation.ts';
import type { InvokeMessage, RuntimeMessage } from '../execution-environment.ts';
import {
  answerOf,
  describeThrown,
  loadHandler,
  MESSAGE_MARK,
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

const write = process.stdout.write.bind(process.stdout);
// One stream keeps the order of all lines.
process.stderr.write = write;
const send = (message: RuntimeMessage): void => {
  // The local cloud has ended.
  if (!process.connected) process.exit(0);
  write(`${MESSAGE_MARK}${JSON.stringify(message)}\n`);
};

const environment = process.env;
process.title = `lambda ${environment['AWS_LAMBDA_FUNCTION_NAME']}`;
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
    send({ type: 'init' });
  },
  (error: unknown) => send({ type: 'init', error: describeThrown(error) }),
);

async function handle(handler: Handler, message: InvokeMessage): Promise<void> {
  const startedAt = performance.now();
  let answer: { payload: string } | { error: FunctionError };
  try {
    const { event } = message;
    const result =
      event === undefined
        ? null
        : await answerOf(handler, JSON.parse(event), createContext(message), runtime);
    answer = { payload: stringify(result) };
  } catch (error) {
    answer = { error: describeThrown(error) };
  }
  const maxMemoryUsed = Math.round(process.resourceUsage().maxRSS / 1024);
  send({ type: 'answer', ...answer, durationMs: performance.now() - startedAt, maxMemoryUsed });
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
