import type { WebSocket } from 'ws';
import type { Clock } from '../clock.ts';
import { clientClosure, type Closure, GOING_AWAY } from './close-codes.ts';
import { Connection } from './connection.ts';
import type { ConnectionFacts } from './events.ts';
import type { Lifecycle } from './lifecycle.ts';
import type { GatewayLimits } from './gateway-quotas.ts';
import { TaskSet } from './task-set.ts';

/** The open connections by id, and the farewells that are still being said. */
export class Connections {
  readonly #options: { limits: GatewayLimits; clock: Clock; lifecycle: Lifecycle };
  readonly #open = new Map<string, Connection>();
  readonly #farewells = new TaskSet();

  constructor(options: { limits: GatewayLimits; clock: Clock; lifecycle: Lifecycle }) {
    this.#options = options;
  }

  get size(): number {
    return this.#open.size;
  }

  /** The connection of that id, if a message could be sent to it now. */
  find(connectionId: string): Connection | undefined {
    const connection = this.#open.get(connectionId);
    return connection?.isReachable ? connection : undefined;
  }

  /** From here on the connection can be posted to. */
  open(facts: ConnectionFacts, socket: WebSocket): void {
    const { limits, clock, lifecycle } = this.#options;
    const connection = new Connection({
      facts,
      socket,
      limits,
      clock,
      onMessage: (body) => lifecycle.message(facts, body),
      onEnd: (closure) => {
        this.#open.delete(facts.connectionId);
        this.#sayFarewell(facts, closure);
      },
    });
    this.#open.set(facts.connectionId, connection);
  }

  /** `$connect` knows a client that never got its connection: `$disconnect` has to follow. */
  vanished(facts: ConnectionFacts): void {
    this.#sayFarewell(facts, clientClosure(1006, ''));
  }

  /** Connections that a killed process has left behind: their sockets have died with it. */
  recover(leftOver: ConnectionFacts[]): void {
    for (const facts of leftOver) this.#sayFarewell(facts, clientClosure(1006, ''));
  }

  /** Ends every connection. */
  closeAll(): void {
    for (const connection of this.#open.values()) connection.close(GOING_AWAY);
  }

  /** Resolves when no `$disconnect` runs any more. */
  settled(): Promise<void> {
    return this.#farewells.settled();
  }

  #sayFarewell(facts: ConnectionFacts, closure: Closure): void {
    this.#farewells.add(this.#options.lifecycle.disconnect(facts, closure));
  }
}
