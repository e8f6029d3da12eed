/** A manual environment for the counter: time passes and sockets open only when the test says so. */
import type { CounterEnv, CounterSocket, SocketListener } from './live-counter.ts';

export class FakeSocket implements CounterSocket {
  readonly sent: string[] = [];
  closed = false;
  readonly listener: SocketListener;

  constructor(listener: SocketListener) {
    this.listener = listener;
  }

  send(message: { action: string }): void {
    this.sent.push(message.action);
  }

  close(): void {
    this.closed = true;
  }

  open(): this {
    this.listener.opened();
    return this;
  }

  receive(value: unknown): void {
    this.listener.message(typeof value === 'string' ? value : JSON.stringify(value));
  }
}

export class FakeEnv implements CounterEnv {
  now = 0;
  /** Returned by `random`. */
  chance = 0.5;
  /** Makes `connect` throw. */
  refuses = false;
  readonly sockets: FakeSocket[] = [];
  readonly shown: string[] = [];
  private timers: { at: number; callback: () => void }[] = [];

  get socket(): FakeSocket {
    return this.sockets.at(-1)!;
  }

  connect(listener: SocketListener): FakeSocket {
    if (this.refuses) throw new Error('SecurityError');
    const socket = new FakeSocket(listener);
    this.sockets.push(socket);
    return socket;
  }

  after(milliseconds: number, callback: () => void): () => void {
    const timer = { at: this.now + milliseconds, callback };
    this.timers.push(timer);
    return () => void (this.timers = this.timers.filter((other) => other !== timer));
  }

  random(): number {
    return this.chance;
  }

  show({ count, viewers, rev }: { count: number; viewers: number; rev: number }, live: boolean): void {
    this.shown.push(`${count} ${viewers} #${rev}${live ? '' : ' stale'}`);
  }

  /** Advances the clock and runs due timers in order. */
  pass(milliseconds: number): void {
    const end = this.now + milliseconds;
    for (;;) {
      const next = this.timers.filter(({ at }) => at <= end).sort((a, b) => a.at - b.at)[0];
      if (!next) break;
      this.timers = this.timers.filter((other) => other !== next);
      this.now = next.at;
      next.callback();
    }
    this.now = end;
  }

  get pendingTimers(): number {
    return this.timers.length;
  }
}
