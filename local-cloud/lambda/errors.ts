/** The errors that Lambda itself makes, beside those that a function throws. Types and wording are the service's. */
import type { FunctionError } from './invocation.ts';
import { SYNCHRONOUS_PAYLOAD_BYTES } from './lambda-quotas.ts';

/** Errors of the service, with the HTTP status of Lambda's Invoke API: the function did not run. */
export const SERVICE_ERROR_STATUS: ReadonlyMap<string, number> = new Map([
  ['InvalidRequestContentException', 400],
  ['ResourceNotFoundException', 404],
  ['RequestTooLargeException', 413],
  ['TooManyRequestsException', 429],
  ['ServiceException', 500],
]);

/** Whether the event never reached the function: a retry does not repeat anything. */
export function isServiceError(error: FunctionError): boolean {
  return SERVICE_ERROR_STATUS.has(error.errorType);
}

export const tooManyRequests = (): FunctionError => ({
  errorType: 'TooManyRequestsException',
  errorMessage: 'Rate Exceeded.',
});

export const functionNotFound = (functionArn: string): FunctionError => ({
  errorType: 'ResourceNotFoundException',
  errorMessage: `Function not found: ${functionArn}`,
});

export const requestTooLarge = (limit: number): FunctionError => ({
  errorType: 'RequestTooLargeException',
  errorMessage: `Request must be smaller than ${limit} bytes for the InvokeFunction operation`,
});

export const serviceUnavailable = (reason: string): FunctionError => ({
  errorType: 'ServiceException',
  errorMessage: reason,
});

export const responseTooLarge = (): FunctionError => ({
  errorType: 'Function.ResponseSizeTooLarge',
  errorMessage: `Response payload size exceeded maximum allowed payload size (${SYNCHRONOUS_PAYLOAD_BYTES} bytes).`,
});

export const timedOut = (requestId: string, seconds: number): FunctionError => ({
  errorType: 'Sandbox.Timedout',
  errorMessage: `RequestId: ${requestId} Error: Task timed out after ${seconds.toFixed(2)} seconds`,
});

/** The function's process ended by itself: `process.exit`, an exhausted heap, a signal. */
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
  return {
    errorType: 'Runtime.ExitError',
    errorMessage: `RequestId: ${requestId} Error: Runtime exited ${reason}`,
  };
}
