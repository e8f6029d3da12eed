/** How services invoke a function: the shape of Lambda's Invoke API. */

/** Never rejects: a failure is in `functionError`. */
export type Invoke = (functionName: string, event: unknown) => Promise<InvocationResult>;

export interface InvocationResult {
  requestId: string;
  /** What the handler returned, after a JSON round trip; `undefined` when it failed. */
  payload?: unknown;
  /** Set when the function threw, timed out, died or was throttled. */
  functionError?: FunctionError;
  /** Milliseconds that the handler ran. */
  durationMs: number;
}

export interface FunctionError {
  /** The error's class, or Lambda's own type: `Sandbox.Timedout`, `Runtime.ExitError`, `TooManyRequestsException` … */
  errorType: string;
  errorMessage: string;
  trace?: string[];
}
