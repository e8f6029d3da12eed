import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { type ServerOptions, type WebSocket, WebSocketServer } from 'ws';
import type { WebSocketApi } from '../topology.ts';
import type { Clock } from '../clock.ts';
import { type ConnectEvent, type ConnectionFacts, connectEvent } from './events.ts';
import { connectionFacts, forwardedHeaders } from './handshake-request.ts';
import { createIdentifier, type Randomness } from './identifiers.ts';
import type { IntegrationOutcome } from './integration.ts';
import type { GatewayLimits } from './gateway-quotas.ts';
import { FORBIDDEN, type Refusal, refusal, refuseUpgrade, TOO_MANY_REQUESTS } from './refusal.ts';
import { TaskSet } from './task-set.ts';
import type { Throttles } from './throttles.ts';

export interface HandshakeOptions {
  api: WebSocketApi;
  region: string;
  limits: GatewayLimits;
  clock: Clock;
  randomness: Randomness;
  throttles: Throttles;
  trustProxy: boolean;
  /** Whether new connections are welcome: not while the gateway stops. */
  isOpen: () => boolean;
  /** Runs `$connect`. Must not reject. */
  onConnect: (event: ConnectEvent) => Promise<IntegrationOutcome>;
  /** The handshake is complete: called before the first byte from the client is read. */
  onOpen: (facts: ConnectionFacts, socket: WebSocket) => void;
  /** `$connect` accepted a client that had gone in the meantime, or whom the gateway can no longer serve. */
  onVanished: (facts: ConnectionFacts) => void;
}

/** A handshake under way. */
interface Attempt {
  facts: ConnectionFacts;
  requestId: string;
  subprotocol?: string | undefined;
  opened: boolean;
}

/** The HTTP upgrade, pending until `$connect` has answered. */
export class Handshake {
  readonly #options: HandshakeOptions;
  readonly #server: WebSocketServer;
  readonly #attempts = new Map<IncomingMessage, Attempt>();
  readonly #tasks = new TaskSet();

  constructor(options: HandshakeOptions) {
    this.#options = options;
    const serverOptions: ServerOptions & { closeTimeout: number } = {
      noServer: true,
      // AWS negotiates no extension.
      perMessageDeflate: false,
      maxPayload: options.limits.messageBytes,
      closeTimeout: options.limits.closeTimeout,
      // The function chooses the subprotocol by a header of its answer; without that none is chosen.
      handleProtocols: (_offered, request) => this.#attempts.get(request)?.subprotocol ?? false,
      verifyClient: ({ req }: { req: IncomingMessage }, done: (accepted: boolean) => void) =>
        this.#tasks.add(this.#connect(req, () => done(true))),
    };
    this.#server = new WebSocketServer(serverOptions);
    // `ws` has found the handshake to be malformed; no function is asked about those.
    this.#server.on('wsClientError', (error, socket) => this.#refuse(socket, refusal(400, error.message)));
  }

  /** Handshakes that wait for `$connect`. */
  get pending(): number {
    return this.#attempts.size;
  }

  /** Takes an `upgrade` event of the public server. */
  handleUpgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    // Without a listener a client that resets its connection would end the process.
    socket.on('error', () => socket.destroy());
    const refused = this.#check(request);
    if (refused) return this.#refuse(socket, refused);
    this.#server.handleUpgrade(request, socket, head, (webSocket) => {
      const attempt = this.#attempts.get(request) as Attempt;
      attempt.opened = true;
      this.#options.onOpen(attempt.facts, webSocket);
    });
  }

  /** Resolves when no handshake is pending any more. */
  settled(): Promise<void> {
    return this.#tasks.settled();
  }

  /** Destroys every socket whose client has not answered a close frame yet. */
  terminate(): void {
    for (const socket of this.#server.clients) socket.terminate();
  }

  #check(request: IncomingMessage): Refusal | undefined {
    const { api, limits, throttles, isOpen } = this.#options;
    const url = request.url ?? '';
    if (!isOpen()) return refusal(503, 'Service Unavailable', 'ServiceUnavailableException');
    if (url.length > limits.urlLength) return refusal(414, 'Request-URI Too Long');
    if (!isStagePath(url, api.stage)) return FORBIDDEN;
    return throttles.takeConnection() ? undefined : TOO_MANY_REQUESTS;
  }

  async #connect(request: IncomingMessage, accept: () => void): Promise<void> {
    const { clock, randomness, trustProxy, onConnect, onVanished, isOpen } = this.#options;
    const facts = connectionFacts(request, this.#options);
    const attempt: Attempt = { facts, requestId: createIdentifier(randomness), opened: false };
    this.#attempts.set(request, attempt);
    const event = connectEvent(
      facts,
      { requestId: attempt.requestId, time: clock.now() },
      forwardedHeaders(request, facts, { trustProxy, randomness }),
      new URLSearchParams((request.url ?? '').split('?').slice(1).join('?')),
    );
    const outcome = await onConnect(event);
    const refused = refusalOf(outcome);
    if (refused) {
      this.#refuse(request.socket, refused, attempt.requestId);
    } else {
      if (outcome.kind === 'answered') attempt.subprotocol = outcome.headers['sec-websocket-protocol'];
      if (isOpen()) accept();
      else this.#refuse(request.socket, refusal(503, 'Service Unavailable'), attempt.requestId);
      // Whoever was accepted by $connect and did not get a connection leaves by $disconnect, so that no row stays behind.
      if (!attempt.opened) onVanished(facts);
    }
    this.#attempts.delete(request);
  }

  #refuse(socket: Duplex, answer: Refusal, requestId = createIdentifier(this.#options.randomness)): void {
    refuseUpgrade(socket, answer, requestId);
  }
}

/** Whether a URL is the stage's: `/live` and `/live/`, with or without a query. */
export function isStagePath(url: string, stage: string): boolean {
  const path = url.split('?', 1)[0];
  return path === `/${stage}` || path === `/${stage}/`;
}

/** What the client is told when `$connect` did not accept it; a handler's body only where the route has a response. */
function refusalOf(outcome: IntegrationOutcome): Refusal | undefined {
  if (outcome.kind === 'failed') return refusal(outcome.statusCode, 'Internal server error');
  if (outcome.statusCode >= 200 && outcome.statusCode < 300) return undefined;
  // A status below 200 would be an interim answer, after which the client would wait for another.
  const statusCode = outcome.statusCode < 200 ? 502 : outcome.statusCode;
  return { statusCode, body: outcome.body };
}
