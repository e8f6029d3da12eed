import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { type ServerOptions, WebSocketServer } from 'ws';
import type { Clock } from '../clock.ts';
import type { Log, Observe } from '../observer.ts';
import { type Answer, errorAnswer } from '../signed-server.ts';
import type { WebSocketApi } from '../topology.ts';
import { connectEvent, type ConnectionFacts, connectionFacts } from './events.ts';
import type { GatewayLimits } from './gateway-quotas.ts';
import { createIdentifier } from './identifiers.ts';
import { FORBIDDEN, refuseUpgrade, TOO_MANY_REQUESTS, UNAVAILABLE } from './responses.ts';
import { accepts, type IntegrationOutcome } from './routes.ts';
import type { Stage } from './stage.ts';
import type { Throttles } from './throttle.ts';

export interface UpgradeOptions {
  api: WebSocketApi;
  region: string;
  limits: GatewayLimits;
  clock: Clock;
  throttles: Throttles;
  stage: Stage;
  /** Whether the gateway accepts new connections. */
  isOpen: () => boolean;
  log: Log;
  observe: Observe | undefined;
}

interface PendingHandshake {
  facts: ConnectionFacts;
  /** Chosen by `$connect`. */
  subprotocol?: string | undefined;
  opened: boolean;
}

/** The HTTP upgrade, pending until `$connect` has answered. */
export class Upgrade {
  readonly #options: UpgradeOptions;
  readonly #server: WebSocketServer;
  readonly #pending = new Map<IncomingMessage, PendingHandshake>();
  readonly #running = new Set<Promise<void>>();

  constructor(options: UpgradeOptions) {
    this.#options = options;
    const serverOptions: ServerOptions & { closeTimeout: number } = {
      noServer: true,
      // AWS negotiates no extension.
      perMessageDeflate: false,
      maxPayload: options.limits.messageBytes,
      closeTimeout: options.limits.closeTimeout,
      // The function chooses the subprotocol by a header of its answer.
      handleProtocols: (_offered, request) => this.#pending.get(request)?.subprotocol ?? false,
      verifyClient: ({ req }: { req: IncomingMessage }, done: (accepted: boolean) => void) => {
        const running = this.#connect(req, () => done(true))
          .catch((error: unknown) => {
            options.log('error', `A handshake failed: ${String(error)}`);
            req.socket.destroy();
          })
          .finally(() => this.#running.delete(running));
        this.#running.add(running);
      },
    };
    this.#server = new WebSocketServer(serverOptions);
    // A malformed handshake, as found by `ws`: no function is invoked for it.
    this.#server.on('wsClientError', (error, socket) =>
      refuseUpgrade(socket, errorAnswer(400, error.message)),
    );
  }

  /** Takes an `upgrade` event of the public server. */
  handle(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    // Without a listener, a client that resets its connection would end the process.
    socket.on('error', () => socket.destroy());
    const refused = this.#check(request);
    if (refused) return refuseUpgrade(socket, refused);
    this.#server.handleUpgrade(request, socket, head, (webSocket) => {
      const pending = this.#pending.get(request)!;
      pending.opened = true;
      // Before the client's first byte is read.
      this.#options.stage.opened(pending.facts, webSocket);
      this.#observe(pending.facts, 101);
    });
  }

  /** Resolves when no handshake is pending. */
  async settled(): Promise<void> {
    while (this.#running.size > 0) await Promise.all(this.#running);
  }

  /** Destroys the sockets whose clients have not answered a close frame. */
  terminate(): void {
    for (const socket of this.#server.clients) socket.terminate();
  }

  #check(request: IncomingMessage): Answer | undefined {
    const { api, limits, throttles, isOpen } = this.#options;
    const url = request.url ?? '';
    if (!isOpen()) return UNAVAILABLE;
    if (url.length > limits.urlLength) return errorAnswer(414, 'Request-URI Too Long');
    if (!isStagePath(url, api.stage)) return FORBIDDEN;
    return throttles.takeConnection() ? undefined : TOO_MANY_REQUESTS;
  }

  async #connect(request: IncomingMessage, accept: () => void): Promise<void> {
    const { clock, stage, isOpen } = this.#options;
    const facts = connectionFacts(request, { ...this.#options, now: clock.now() });
    const requestId = createIdentifier();
    this.#options.observe?.({ type: 'handshake', connectionId: facts.connectionId });
    if (!stage.record(facts)) return this.#refuse(request, facts, UNAVAILABLE, requestId);
    const pending: PendingHandshake = { facts, opened: false };
    this.#pending.set(request, pending);
    try {
      const event = connectEvent(facts, { requestId, time: clock.now() }, request);
      const outcome = await stage.connect(facts, event);
      if (!accepts(outcome)) return this.#refuse(request, facts, refusalOf(outcome), requestId);
      pending.subprotocol = outcome.headers['sec-websocket-protocol'];
      if (isOpen()) accept();
      else this.#refuse(request, facts, UNAVAILABLE, requestId);
      // A client may leave while `$connect` runs. Its `$disconnect` must follow, or its row would stay.
      if (!pending.opened) stage.disconnect(facts);
    } finally {
      this.#pending.delete(request);
    }
  }

  #refuse(request: IncomingMessage, facts: ConnectionFacts, answer: Answer, requestId: string): void {
    refuseUpgrade(request.socket, answer, requestId);
    this.#observe(facts, answer.statusCode);
  }

  #observe({ connectionId, identity }: ConnectionFacts, statusCode: number): void {
    this.#options.observe?.({ type: 'connect', connectionId, sourceIp: identity.sourceIp, statusCode });
  }
}

/** Whether a URL is the stage's: `/live` or `/live/`, with or without a query. */
export function isStagePath(url: string, stage: string): boolean {
  const path = url.split('?', 1)[0];
  return path === `/${stage}` || path === `/${stage}/`;
}

/** The refusal when `$connect` did not accept. The handler's body is in it only if the route has a response. */
function refusalOf(outcome: IntegrationOutcome): Answer {
  if (outcome.kind === 'failed') return errorAnswer(outcome.statusCode, 'Internal server error');
  // A status below 200 is an interim answer: the client would wait for another.
  return { statusCode: outcome.statusCode < 200 ? 502 : outcome.statusCode, body: outcome.body };
}
