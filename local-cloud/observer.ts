/**
 * What happens inside the local cloud, for anyone who watches: metrics, `--verbose`, the console.
 * Services call `observe?.({ … })`, so an event costs nothing when nobody observes. Payloads are passed by reference and are never
 * changed afterwards. Observers read their own clock: an event is reported when it happens.
 */
import type { FunctionError } from './invocation.ts';

export type LocalCloudEvent =
  /** A handshake arrived and got its connection id. */
  | { type: 'handshake'; connectionId: string }
  /** A handshake was answered: 101 when the connection is open, otherwise the status of the refusal. */
  | { type: 'connect'; connectionId: string; sourceIp: string; statusCode: number }
  | MessageEvent
  /** A connection ended. */
  | { type: 'disconnect'; connectionId: string; code: number; reason: string }
  /** A POST to @connections was answered. `data` is the message; `undefined` if it was too large to be read. */
  | { type: 'post'; connectionId: string; statusCode: number; data: Buffer | undefined }
  | InvokeEvent
  | InvocationEvent
  /** A function wrote a line. Outside of an invocation, or where it is unknown, there is no `requestId`. */
  | { type: 'log'; functionName: string; requestId: string | undefined; line: string }
  | BatchEvent
  /** A file of the site was requested and answered. Nothing is cached here, so each is a request to CloudFront and one to S3. */
  | { type: 'request'; durationMs: number };

/** Called synchronously in the middle of the work. Must not block. */
export type Observe = (event: LocalCloudEvent) => void;

/** Messages for the operator. */
export type Log = (level: 'debug' | 'info' | 'warn' | 'error', message: string) => void;

/** A client sent a message that was not throttled. */
interface MessageEvent {
  type: 'message';
  connectionId: string;
  /** `undefined` when no route matches. */
  routeKey: string | undefined;
  /** API Gateway's id of the request, which is in the function's event. */
  requestId: string;
  body: string;
}

/** A function is being invoked. The event may wait for an execution environment. */
interface InvokeEvent {
  type: 'invoke';
  functionName: string;
  functionArn: string;
  requestId: string;
  event: unknown;
  /** The event as the function receives it: JSON text. */
  payload: string;
}

/** A function ran: what Lambda writes as its REPORT line. */
export interface InvocationEvent {
  type: 'invocation';
  functionName: string;
  requestId: string;
  durationMs: number;
  /** Only for the first event of an execution environment. */
  initDurationMs?: number;
  /** MB */
  memorySize: number;
  /** MB; the most that its process has ever used. */
  maxMemoryUsed?: number;
  /** What the handler returned: JSON text. */
  result?: string;
  functionError?: FunctionError;
}

/** An event source mapping invoked its function with a batch of stream records. */
interface BatchEvent {
  type: 'batch';
  functionName: string;
  requestId: string;
  records: readonly unknown[];
  functionError?: FunctionError;
}
