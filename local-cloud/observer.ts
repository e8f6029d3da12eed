/**
 * What happens inside the local cloud, for anyone who watches: metrics, `--verbose`, a console.
 * Services call `observe?.({ … })`, so an event costs nothing when nobody observes.
 */
import type { FunctionError } from './invocation.ts';

export type LocalCloudEvent =
  ConnectEvent | MessageEvent | DisconnectEvent | PostEvent | InvocationEvent | LogEvent | BatchEvent;

/** Called synchronously in the middle of the work. Must not throw or block. */
export type Observe = (event: LocalCloudEvent) => void;

/** Messages for the operator. */
export type Log = (level: 'debug' | 'info' | 'warn' | 'error', message: string) => void;

/** A handshake was answered: 101 when the connection is open, otherwise the status of the refusal. */
interface ConnectEvent {
  type: 'connect';
  connectionId: string;
  sourceIp: string;
  statusCode: number;
}

/** A client sent a message that was not throttled. */
interface MessageEvent {
  type: 'message';
  connectionId: string;
  /** `undefined` when no route matches. */
  routeKey: string | undefined;
  /** Characters of the message. */
  length: number;
}

/** A connection ended. */
interface DisconnectEvent {
  type: 'disconnect';
  connectionId: string;
  code: number;
  reason: string;
}

/** A POST to @connections was answered. */
interface PostEvent {
  type: 'post';
  connectionId: string;
  statusCode: number;
  bytes: number;
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
  functionError?: FunctionError;
}

/** A function wrote a line. */
interface LogEvent {
  type: 'log';
  functionName: string;
  line: string;
}

/** An event source mapping invoked its function with a batch of stream records. */
interface BatchEvent {
  type: 'batch';
  functionName: string;
  records: number;
  functionError?: FunctionError;
}
