/** An open page: the site's own counter over the model gateway, in simulated time. */
import {
  liveCounter,
  type CounterSocket,
  type LiveCounter,
  type SocketListener,
} from '../../site/client/live-counter.ts';
import type { Snapshot } from '../../contract/messages.ts';

export interface PageOptions {
  /** The simulation, or real chance and timers. */
  simulation: { random: { next(): number }; after(ms: number, callback: () => void): () => void };
  /** Called whenever it shows something. */
  onShow?: () => void;
  connect: (visit: string, listener: SocketListener) => CounterSocket;
  visit: string;
}

export class Page {
  readonly visit: string;
  /** What the visitor sees. */
  shown: Snapshot | undefined;
  live = false;
  /** What went wrong on the screen, one line each. */
  readonly faults: string[] = [];
  readonly #counter: LiveCounter;
  #left = false;

  constructor({ simulation, connect, visit, onShow = () => {} }: PageOptions) {
    this.visit = visit;
    this.#counter = liveCounter({
      random: () => simulation.random.next(),
      after: (ms, callback) => simulation.after(ms, callback),
      connect: (listener) => connect(visit, listener),
      show: (snapshot, live) => {
        this.#show(snapshot, live);
        onShow();
      },
    });
    this.#counter.visible();
  }

  get isOpen(): boolean {
    return !this.#left;
  }

  leave(): void {
    this.#left = true;
    this.#counter.leave();
  }

  comeBack(): void {
    this.#left = false;
    this.#counter.visible();
  }

  #show(snapshot: Snapshot, live: boolean): void {
    const before = this.shown;
    if (before && this.live && live) {
      if (snapshot.rev < before.rev)
        this.faults.push(`revision ${before.rev} was followed by ${snapshot.rev}`);
      if (snapshot.count < before.count) this.faults.push(`count ${before.count} fell to ${snapshot.count}`);
    }
    this.shown = snapshot;
    this.live = live;
  }
}
