/** How the other services of the local cloud call a function: the shape of Lambda's Invoke API, answer and error alike. */

export type Invoke = (functionName: string, event: unknown) => Promise<InvocationResult>;

export interface InvocationResult {
  requestId: string;
  /** What the handler returned, after a JSON round trip; `undefined` when it failed. */
  payload?: unknown;
  /** Set when the function threw, timed out or died, or when it was throttled. */
  functionError?: FunctionError;
  /** Milliseconds that the handler ran. */
  durationMs: number;
}

export interface FunctionError {
  /** The error's class, or `Sandbox.Timedout`, `Runtime.ExitError`, `TooManyRequestsException` … as on Lambda. */
  errorType: string;
  errorMessage: string;
  trace?: string[];
}
