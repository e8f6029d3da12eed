/**
 * What the console's server streams to its page: server-sent events, each named by a key of {@link ConsoleEvents}, with its value as JSON.
 * Times are milliseconds since 1970 with fractions, unless a name says otherwise.
 */
import type { BroadcastState, ConnectionRow, VisitsShard } from './tables.ts';

export interface ConsoleEvents {
  /** First, and again when this page was too slow to receive everything: drop all spans. */
  reset: { sources: Source[]; functions: ConsoleFunction[] };
  /** New spans, and known ones that have changed. */
  spans: Span[];
  /** Once a second. */
  tick: Tick;
  /** The experiment, whenever it changes. */
  lab: LabState;
}

/** A local cloud that the console watches: the site's, or the experiment's. */
export type Source = 'site' | 'lab';

export interface ConsoleFunction {
  name: string;
  /** MB */
  memorySize: number;
  /** Seconds. */
  timeout: number;
  /** Names of its environment variables. Values are never sent. */
  variables: string[];
}

/**
 * One step of a visit. `batch` is an invocation with stream records; `record` lasts from the transaction until the batch;
 * `transaction` lasts from the handler's start until the function logs that it has committed.
 */
export type SpanKind =
  'handshake' | 'message' | 'disconnect' | 'invocation' | 'transaction' | 'record' | 'batch' | 'post';

export interface Span {
  id: number;
  kind: SpanKind;
  name: string;
  /** The component of the picture (site/how/components.ts). */
  node: string;
  startedAt: number;
  /** Missing while it is running. */
  durationMs?: number;
  /** The span that caused it. */
  parent?: number;
  /** The handshake of its visit. Batches and posts belong to all visits whose records lead there. */
  trace?: number;
  connectionId?: string;
  /** For a record: its batch. */
  leadsTo?: number;
  /** For a record: how many visits it may belong to, if more than one was in progress. */
  candidates?: number;
  /** For a handshake: the page's visit id. */
  visit?: string;
  /** A few words about the outcome. */
  note?: string;
  failed?: true;
}

/** `GET /spans/<id>`: everything about one span. */
export interface SpanDetail {
  span: Span;
  functionName?: string;
  requestId?: string;
  /** JSON text, exactly as the function received it. */
  event?: string;
  context?: Record<string, string>;
  log: string[];
  /** JSON text. */
  result?: string;
  error?: { errorType: string; errorMessage: string; trace?: string[] };
  /** Milliseconds that the handler ran. */
  handlerMs?: number;
  /** Milliseconds that loading took, before the first event of a process; missing when it was warm. */
  coldStartMs?: number;
  /** MB */
  maxMemoryUsed?: number;
  /** The text of a message or a post. */
  frame?: string;
}

export interface NodeFigures {
  total: number;
  perSecond: number;
  /** Median of the last second with any. */
  p50Ms?: number;
}

export interface Tick {
  at: number;
  health: { status: string; causes: string[]; connections: number; iteratorAgeMs: number };
  /** By component of the picture. */
  nodes: Record<string, NodeFigures>;
  /** What happened in this second. */
  second: { visits: number; posts: number; records: number; errors: number; handshakeMs: number };
  /** Sequence number of the last record that a function received. */
  position: string | undefined;
  tables: Tables | undefined;
  /** Spans that this page did not get because there were too many. */
  skipped: number;
  /** MB that the server's process uses. */
  heapMB: number;
}

export interface Tables {
  shards: VisitsShard[];
  /** The first 50. */
  connections: ConnectionRow[];
  broadcast: BroadcastState | undefined;
}

export interface LabState {
  state: 'off' | 'starting' | 'running';
  /** Share of requests to each dependency that fail. */
  faultRate: number;
  losesDisconnects: boolean;
  ours: Verdict;
  firstDesign: Verdict | undefined;
  /** Newest last. */
  story: { at: number; text: string }[];
}

/** One design under the load: what is true, next to what it says. */
export interface Verdict {
  /** Distinct visits sent. */
  sent: number;
  handshakes: number;
  /** Open pages whose handshake has not been answered yet. */
  waiting: number;
  count: number;
  lost: number;
  doubled: number;
  /** Pages open now, and how many of them show the true count. */
  open: number;
  current: number;
  posts: number;
  /** Requests that met an injected fault. */
  faults: number;
  /** US dollars so far, at the prices of contract/prices.json. */
  dollars: number;
}
