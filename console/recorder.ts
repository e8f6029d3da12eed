/**
 * Assembles traces from the local cloud's events. What connects two steps is what they really share: connection ids, request ids, the
 * records of a batch, and the revision in a post and in the broadcaster's log. Only a stream record does not name its visit. It goes to the
 * visit that committed first, and says so if it may belong to another.
 */
import { BROADCAST_ID, VISITS_SHARD_PREFIX } from '../contract/tables.ts';
import { VISIT_QUERY_PARAMETER } from '../contract/visit.ts';
import type { Span } from '../contract/console.ts';
import type { InvocationEvent, LocalCloudEvent, Observe } from '../local-cloud/observer.ts';
import { Figures } from './figures.ts';
import { logLine, revisionOf, statusOf } from './function-output.ts';
import { SpanStore, type Entry, type StoreOptions } from './span-store.ts';

type Of<T extends LocalCloudEvent['type']> = Extract<LocalCloudEvent, { type: T }>;

/** The parts that matter here of what functions receive. */
interface FunctionInput {
  requestContext?: { connectionId?: string; routeKey?: string; requestId?: string };
  queryStringParameters?: Record<string, string>;
  Records?: { dynamodb?: { SequenceNumber?: string; Keys?: Record<string, { S?: string }> } }[];
}

const MAX_LOG_LINES = 100;
/** Posts of one broadcast that get spans of their own; the broadcast's log line has their number. */
const MAX_POSTS = 25;
/** Broadcasts whose posts wait for the log line that says which invocation made them. */
const MAX_REVISIONS = 20;

export class Recorder {
  readonly figures = new Figures();
  /** Sequence number of the last record that a function received. */
  position: string | undefined;
  readonly spans: SpanStore;
  /** Ids of entries, by what later events know of them. All are in the store. */
  readonly #handshakes = new Map<string, number>();
  readonly #disconnects = new Map<string, number>();
  readonly #requests = new Map<string, number>();
  /** `$connect` invocations whose stream record has not come yet, in the order of their start; and those that have committed. */
  readonly #started = new Set<number>();
  readonly #committed = new Set<number>();
  readonly #posts = new Map<number, number[]>();
  /** Events that the console sends itself. */
  readonly #replays = new WeakSet<object>();
  #lastFrame = '';

  constructor(options: Omit<StoreOptions, 'onDrop'> = {}) {
    this.spans = new SpanStore({ ...options, onDrop: (entry) => this.#unlink(entry) });
  }

  /** Marks an event that the console is about to send: its invocation belongs to no visit. */
  expectReplay(event: unknown): void {
    if (typeof event === 'object' && event !== null) this.#replays.add(event);
  }

  readonly observe: Observe = (event) => {
    switch (event.type) {
      case 'handshake':
        return this.#handshake(event);
      case 'connect':
        return this.#connect(event);
      case 'message':
        return this.#message(event);
      case 'disconnect':
        return this.#disconnect(event);
      case 'post':
        return this.#post(event);
      case 'invoke':
        return this.#invoke(event);
      case 'invocation':
        return this.#invocation(event);
      case 'log':
        return this.#log(event);
      case 'batch':
        return this.figures.add('stream', event.records.length);
      case 'request':
        this.figures.add('s3', 1);
        return this.figures.add('cloudfront', 1, event.durationMs);
    }
  };

  #handshake({ connectionId }: Of<'handshake'>): void {
    const { id, span } = this.spans.start({
      kind: 'handshake',
      name: 'Handshake',
      node: 'api-gateway',
      connectionId,
    });
    span.trace = id;
    this.#handshakes.set(connectionId, id);
  }

  #connect({ connectionId, statusCode }: Of<'connect'>): void {
    const entry = this.spans.get(this.#handshakes.get(connectionId));
    if (statusCode === 101) this.figures.visits++;
    else this.#handshakes.delete(connectionId);
    if (entry) this.spans.finish(entry, String(statusCode), statusCode !== 101);
    for (const node of ['cloudfront', 'api-gateway']) this.figures.add(node, 1, entry?.span.durationMs);
  }

  #message({ connectionId, routeKey, requestId, body }: Of<'message'>): void {
    const name = routeKey === undefined ? 'Message without a route' : `Message: ${routeKey}`;
    const entry = this.spans.start(
      { kind: 'message', name, node: 'api-gateway', ...this.#visit(connectionId) },
      body,
    );
    entry.frame = body;
    this.figures.add('api-gateway', 1);
    if (routeKey === undefined) this.spans.finish(entry, 'Forbidden', true);
    else {
      entry.requestId = requestId;
      this.#requests.set(requestId, entry.id);
    }
  }

  #disconnect({ connectionId, code, reason }: Of<'disconnect'>): void {
    const visit = this.#visit(connectionId);
    const entry = this.spans.start({ kind: 'disconnect', name: 'Disconnect', node: 'browser', ...visit });
    this.spans.finish(entry, [code, reason].filter(Boolean).join(' '));
    this.#handshakes.delete(connectionId);
    this.#disconnects.set(connectionId, entry.id);
  }

  #post({ connectionId, statusCode, data }: Of<'post'>): void {
    const failed = statusCode !== 200 && statusCode !== 410;
    this.figures.add('browser', 1);
    this.figures.posts++;
    if (failed) this.figures.errors++;
    let frame = data?.toString() ?? '';
    // All posts of a broadcast are equal: they share one text.
    if (frame === this.#lastFrame) frame = this.#lastFrame;
    else this.#lastFrame = frame;
    const rev = revisionOf(frame);
    const siblings = this.#posts.get(rev) ?? [];
    if (siblings.length >= MAX_POSTS && !failed) return;
    const entry = this.spans.start(
      { kind: 'post', name: 'Post', node: 'browser', connectionId },
      siblings[0] ? '' : frame,
    );
    entry.frame = frame;
    this.spans.finish(entry, String(statusCode), failed);
    if (rev < 0) return;
    this.#posts.set(rev, [...siblings, entry.id]);
    if (this.#posts.size > MAX_REVISIONS) this.#posts.delete(this.#posts.keys().next().value!);
  }

  #invoke({ functionName, functionArn, requestId, event, payload }: Of<'invoke'>): void {
    const { requestContext, queryStringParameters, Records } = (event ?? {}) as FunctionInput;
    const node = functionName.replace(/^cloud-resume-/, '');
    const connectionId = requestContext?.connectionId;
    const route = requestContext?.routeKey ?? (Records ? `${Records.length} records` : payload.slice(0, 60));
    const isReplay = typeof event === 'object' && event !== null && this.#replays.has(event);
    const name = `${isReplay ? 'Replay of ' : ''}${node}: ${route}`;
    const kind = Records ? 'batch' : 'invocation';
    const cause = connectionId === undefined || isReplay ? {} : this.#cause(connectionId, requestContext!);
    const entry = this.spans.start({ kind, name, node, ...cause }, payload);
    Object.assign(entry, { functionName, functionArn, requestId, event: payload });
    this.#requests.set(requestId, entry.id);
    if (requestContext?.routeKey === '$connect') {
      this.#started.add(entry.id);
      const visit = queryStringParameters?.[VISIT_QUERY_PARAMETER];
      const handshake = this.spans.get(cause.parent);
      if (handshake && visit) this.spans.change(handshake, { visit });
    }
    for (const { dynamodb } of Records ?? []) {
      this.position = dynamodb?.SequenceNumber ?? this.position;
      if (dynamodb?.Keys?.['id']?.S?.startsWith(VISITS_SHARD_PREFIX))
        this.#match(entry, dynamodb.SequenceNumber);
    }
  }

  /** A change of a counter's shard has reached a batch. Every accepted handshake makes one. */
  #match(batch: Entry, sequenceNumber = ''): void {
    const candidates = this.#committed.size + this.#started.size;
    const [first = this.#started.values().next().value] = this.#committed;
    const invocation = this.spans.get(first);
    if (!invocation) return;
    this.#settle(invocation.id);
    const { id, trace, connectionId, startedAt, durationMs } = invocation.span;
    const record = this.spans.start({
      kind: 'record',
      name: 'Stream record',
      node: 'stream',
      parent: id,
      ...(trace && { trace }),
      ...(connectionId && { connectionId }),
      leadsTo: batch.id,
      note: `sequence number ${sequenceNumber}`,
      ...(candidates > 1 && { candidates }),
    });
    invocation.record = record;
    const deliveredAt = batch.span.startedAt;
    this.#wait(record, invocation.committedAt ?? startedAt + (durationMs ?? 0), deliveredAt);
  }

  /** A record waits from its transaction until its batch. */
  #wait(record: Entry, from: number, until: number): void {
    const startedAt = Math.min(from, until);
    this.spans.change(record, { startedAt, durationMs: until - startedAt });
  }

  #invocation(event: InvocationEvent): void {
    const { requestId, functionError, durationMs, initDurationMs, maxMemoryUsed, result } = event;
    const node = event.functionName.replace(/^cloud-resume-/, '');
    this.figures.add(node, 1, durationMs);
    if (functionError) this.figures.errors++;
    const entry = this.spans.get(this.#requests.get(requestId));
    if (!entry) return;
    Object.assign(entry, {
      handlerMs: durationMs,
      ...(initDurationMs !== undefined && { coldStartMs: initDurationMs }),
      ...(maxMemoryUsed !== undefined && { maxMemoryUsed }),
      ...(functionError && { error: functionError }),
      ...(result !== undefined && { result }),
    });
    this.spans.grow(entry, (result?.length ?? 0) + (functionError ? 500 : 0));
    const status = statusOf(result);
    const refused = functionError !== undefined || status >= 400;
    // Only a stored connection has a record.
    if (refused) this.#settle(entry.id);
    const temperature = initDurationMs === undefined ? 'warm' : 'cold';
    const outcome = functionError ? functionError.errorType : status ? String(status) : undefined;
    this.spans.finish(entry, [outcome, temperature].filter(Boolean).join(', '), refused);
    const message = this.spans.get(entry.span.parent);
    if (message?.span.kind === 'message') this.spans.finish(message, outcome ?? '', refused);
  }

  #log({ requestId, line }: Of<'log'>): void {
    const entry = this.spans.get(requestId === undefined ? undefined : this.#requests.get(requestId));
    if (!entry) return;
    if (entry.log.length < MAX_LOG_LINES) {
      entry.log.push(line);
      this.spans.grow(entry, line.length);
    }
    const { message, timestamp, visit, rev, posts } = logLine(line);
    if (message === 'connected' && timestamp) this.#transaction(entry, Date.parse(timestamp), visit);
    if (message === 'broadcast' && typeof rev === 'number') this.#broadcast(entry, rev, posts);
  }

  /** The function's line says when its transaction had committed; the handler began before it. */
  #transaction(invocation: Entry, at: number, visit: string | undefined): void {
    const { id, trace, connectionId, startedAt, durationMs } = invocation.span;
    const began =
      durationMs === undefined ? startedAt : startedAt + durationMs - (invocation.handlerMs ?? durationMs);
    const transaction = this.spans.start({
      kind: 'transaction',
      name: 'Transaction',
      node: 'visitor-count',
      parent: id,
      ...(trace && { trace }),
      ...(connectionId && { connectionId }),
    });
    transaction.span.startedAt = began;
    // The line has whole milliseconds.
    this.spans.change(transaction, { durationMs: Math.max(0, at - began), note: visit ?? '' });
    invocation.committedAt = at;
    if (this.#started.delete(id)) this.#committed.add(id);
    const { record } = invocation;
    if (record) this.#wait(record, at, record.span.startedAt + record.span.durationMs!);
    this.figures.add('visitor-count', 1, transaction.span.durationMs);
    this.figures.add('connection-ids', 1);
  }

  #broadcast(entry: Entry, rev: number, posts: unknown): void {
    this.spans.change(entry, {
      name: `${entry.span.node}: ${BROADCAST_ID} ${rev}`,
      note: `${Number(posts)} posts`,
    });
    for (const id of this.#posts.get(rev) ?? []) {
      const post = this.spans.get(id);
      if (post) this.spans.change(post, { parent: entry.id });
    }
    this.#posts.delete(rev);
  }

  /** What made the gateway invoke a function for this connection. */
  #cause(
    connectionId: string,
    { routeKey, requestId }: NonNullable<FunctionInput['requestContext']>,
  ): Partial<Span> {
    const visit = this.#visit(connectionId);
    const parent =
      routeKey === '$connect'
        ? this.#handshakes.get(connectionId)
        : routeKey === '$disconnect'
          ? this.#disconnects.get(connectionId)
          : this.#requests.get(requestId ?? '');
    const trace = visit.trace ?? this.spans.get(parent)?.span.trace;
    return { connectionId, ...(trace && { trace }), ...(parent && { parent }) };
  }

  #visit(connectionId: string): Pick<Span, 'trace' | 'parent' | 'connectionId'> & { connectionId: string } {
    const trace = this.#handshakes.get(connectionId);
    return { connectionId, ...(trace && { trace, parent: trace }) };
  }

  /** A `$connect` invocation waits for no record any more. */
  #settle(id: number): void {
    this.#started.delete(id);
    this.#committed.delete(id);
  }

  #unlink({ id, requestId, span: { connectionId = '' } }: Entry): void {
    this.#settle(id);
    for (const [index, key] of [
      [this.#handshakes, connectionId],
      [this.#disconnects, connectionId],
      [this.#requests, requestId ?? ''],
    ] as const)
      if (index.get(key) === id) index.delete(key);
  }
}
