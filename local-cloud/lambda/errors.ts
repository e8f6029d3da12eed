/** The errors that Lambda itself reports, in its types and wording. */
import type { FunctionError } from '../invocation.ts';

/** Bytes of the event and of the answer of a synchronous invocation: 6 MB and 100 bytes. */
export const SYNCHRONOUS_PAYLOAD_BYTES = 6_291_556;
/** Bytes of the event of an asynchronous invocation: 1 MB since October 2025, 256 KB before. */
export const ASYNCHRONOUS_PAYLOAD_BYTES = 1_048_576;

/** Errors that mean the function did not run, with their HTTP status in Lambda's Invoke API. */
export const SERVICE_ERROR_STATUS: ReadonlyMap<string, number> = new Map([
  ['InvalidRequestContentException', 400],
  ['ResourceNotFoundException', 404],
  ['RequestTooLargeException', 413],
  ['TooManyRequestsException', 429],
  ['ServiceException', 500],
]);

/** Whether the event never reached the function, so that a retry repeats nothing. */
export function isServiceError(error: FunctionError): boolean {
  return SERVICE_ERROR_STATUS.has(error.errorType);
}

const error = (errorType: string, errorMessage: string): FunctionError => ({ errorType, errorMessage });

export const tooManyRequests = () => error('TooManyRequestsException', 'Rate Exceeded.');

export const functionNotFound = (functionArn: string) =>
  error('ResourceNotFoundException', `Function not found: ${functionArn}`);

export const requestTooLarge = (limit: number) =>
  error(
    'RequestTooLargeException',
    `Request must be smaller than ${limit} bytes for the InvokeFunction operation`,
  );

export const serviceUnavailable = (reason: string) => error('ServiceException', reason);

export const responseTooLarge = () =>
  error(
    'Function.ResponseSizeTooLarge',
    `Response payload size exceeded maximum allowed payload size (${SYNCHRONOUS_PAYLOAD_BYTES} bytes).`,
  );

export const timedOut = (requestId: string, seconds: number) =>
  error(
    'Sandbox.Timedout',
    `RequestId: ${requestId} Error: Task timed out after ${seconds.toFixed(2)} seconds`,
  );

/** The function's process ended: `process.exit`, an exhausted heap, a signal. */
export function runtimeExited(
  requestId: string,
  code: number | null,
  signal: NodeJS.Signals | null,
): FunctionError {
  const signals: Partial<Record<NodeJS.Signals, string>> = {
    SIGABRT: 'signal: aborted (core dumped)',
    SIGKILL: 'signal: killed',
    SIGSEGV: 'signal: segmentation fault (core dumped)',
  };
  const reason = signal
    ? `with error: ${signals[signal] ?? `signal: ${signal}`}`
    : code === 0
      ? 'without providing a reason'
      : `with error: exit status ${code}`;
  return error('Runtime.ExitError', `RequestId: ${requestId} Error: Runtime exited ${reason}`);
}
