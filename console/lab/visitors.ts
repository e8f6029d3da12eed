/** Visitors of the experiment and of the fault tests: the site's own client over real sockets. */
import { WebSocket } from 'ws';
import { LINK_QUERY_PARAMETER } from '../../contract/visit.ts';
import type { CounterSocket, SocketListener } from '../../site/client/live-counter.ts';
import { Page } from './page.ts';

export class Visitors {
  readonly pages: Page[] = [];
  /** Visits whose handshake was answered. */
  readonly accepted = new Set<string>();
  handshakes = 0;
  readonly #url: string;
  readonly #query: string;
  #look = () => {};

  /**
   * @param url where pages connect: `ws://localhost:4000/live`
   * @param link id of the counted link through which all come
   */
  constructor(url: string, link?: string) {
    this.#url = url;
    this.#query = link === undefined ? '' : `&${LINK_QUERY_PARAMETER}=${link}`;
  }

  open(visit: string): void {
    const after = (ms: number, callback: () => void) => {
      const timer = setTimeout(callback, ms);
      return () => clearTimeout(timer);
    };
    // Pages reconnect three times faster than real ones. Faster ones could give up before a killed engine is back.
    const simulation = { random: { next: () => Math.random() / 3 }, after };
    const connect = (id: string, listener: SocketListener) => this.#connect(id, listener);
    this.pages.push(new Page({ simulation, visit, connect, onShow: () => this.#look() }));
  }

  /** Distinct visits. */
  get sent(): number {
    return new Set(this.pages.map(({ visit }) => visit)).size;
  }

  /** Pages that are open and do not show this count. */
  behind(count: number): number {
    return this.pages.filter(({ isOpen, live, shown }) => isOpen && !(live && shown?.count === count)).length;
  }

  /** Checks the condition whenever a page shows something. @returns false if it does not hold in time */
  until(condition: () => boolean, patienceMs: number): Promise<boolean> {
    return new Promise((resolve) => {
      const end = (outcome: boolean) => {
        clearTimeout(timer);
        this.#look = () => {};
        resolve(outcome);
      };
      const timer = setTimeout(() => end(condition()), patienceMs);
      this.#look = () => condition() && end(true);
      this.#look();
    });
  }

  leave(): void {
    for (const page of this.pages) if (page.isOpen) page.leave();
  }

  #connect(visit: string, listener: SocketListener): CounterSocket {
    this.handshakes++;
    const socket = new WebSocket(`${this.#url}?visit=${visit}${this.#query}`, { perMessageDeflate: false });
    socket.on('open', () => {
      this.accepted.add(visit);
      this.#look();
      listener.opened();
    });
    socket.on('message', (data) => listener.message(String(data)));
    socket.on('error', () => {});
    socket.on('close', () => listener.closed());
    return { send: (message) => socket.send(JSON.stringify(message)), close: () => socket.close() };
  }
}
