/** What the runner and a function's process say to each other. Payloads are JSON text, parsed only where they are used. */
import type { FunctionError } from '../invocation.ts';

export interface InvokeMessage {
  requestId: string;
  functionArn: string;
  /** JSON text. */
  event: string;
  /** Milliseconds from now in which the handler must answer. */
  timeoutMs: number;
}

export type RuntimeMessage =
  | { type: 'ready' }
  | { type: 'init-error'; error: FunctionError }
  | { type: 'log'; text: string }
  | { type: 'response'; requestId: string; payload: string; durationMs: number }
  | { type: 'error'; requestId: string; error: FunctionError; durationMs: number }
  /** An uncaught exception or unhandled rejection: the process can't be used again. */
  | { type: 'fatal'; error: FunctionError };
