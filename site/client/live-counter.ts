/**
 * The page's end of the counter, without the page: when to connect, ask, keep alive, give up and come back, and which
 * values may be shown. Sockets, timers and chance come in as {@link World}.
 */
import { parseSnapshot, type ClientMessage, type Snapshot } from '../../contract/messages.ts';

/** API Gateway closes a connection that was idle for ten minutes. Both in milliseconds. */
const PING_INTERVAL = 270_000;
const PING_JITTER = 30_000;
/** A handshake, a `hello` or a `ping` that got no answer for so long means a dead socket; milliseconds. */
const ANSWER_TIMEOUT = 10_000;
/** A tab that nobody has looked at for so long gives its connection back; milliseconds. */
const HIDDEN_TIMEOUT = 60_000;
/** Full-jitter exponential backoff: the wait is anything up to base × 2^attempt, and never above the cap; milliseconds. */
const BACKOFF_BASE = 1_000;
const BACKOFF_CAP = 30_000;

export interface CounterSocket {
  send(message: ClientMessage): void;
  close(): void;
}

export interface SocketListener {
  opened(): void;
  message(text: string): void;
  /** The socket is closed, or never opened. */
  closed(): void;
}

export interface World {
  /** Begins a handshake; may throw. */
  connect(listener: SocketListener): CounterSocket;
  /** Calls back once, `milliseconds` from now; returns what cancels it. */
  after(milliseconds: number, callback: () => void): () => void;
  /** A number from 0 up to 1, such as `Math.random`. */
  random(): number;
  /** Shows values. `live` is false when they are the last ones known and no socket brings new ones. */
  show(snapshot: Snapshot, live: boolean): void;
}

export interface LiveCounter {
  /** The page is seen: connect, or make sure that the connection still answers. */
  visible(): void;
  /** The page is hidden: disconnect if it stays so. */
  hidden(): void;
  /** The network is back. */
  online(): void;
  /** The page is left; it may come back from the browser's cache by {@link LiveCounter.visible}. */
  leave(): void;
}

export function liveCounter(world: World): LiveCounter {
  let awake = false;
  let socket: CounterSocket | undefined;
  let open = false;
  /** Whether an answer is due. */
  let asked = false;
  let shown: Snapshot | undefined;
  /** Whether `shown` came through the socket that is open now. */
  let fresh = false;
  let attempt = 0;
  let cancelNext = () => {};
  let cancelSleep = () => {};
  /** While a ping is to come. A hello does not put it off: only pings renew the connection's lease in the table. */
  let cancelPing: (() => void) | undefined;

  /** The one thing that happens next if nothing else does. */
  function next(milliseconds: number, callback: () => void) {
    cancelNext();
    cancelNext = world.after(milliseconds, callback);
  }

  const backoff = () => world.random() * Math.min(BACKOFF_CAP, BACKOFF_BASE * 2 ** attempt++);

  function connect() {
    drop();
    const ifCurrent = (handler: () => void) => () => {
      if (socket === mine) handler();
    };
    let mine: CounterSocket | undefined;
    try {
      mine = world.connect({
        opened: ifCurrent(() => {
          open = true;
          ask('hello');
        }),
        message: (text) => ifCurrent(() => receive(text))(),
        closed: ifCurrent(lost),
      });
    } catch {
      return lost();
    }
    socket = mine;
    next(ANSWER_TIMEOUT, lost);
  }

  function keepAlive() {
    const wait = PING_INTERVAL + (world.random() * 2 - 1) * PING_JITTER;
    cancelPing ??= world.after(wait, () => {
      cancelPing = undefined;
      // Whatever is asked just now: its answer begins the next wait, and two are shorter than the lease.
      if (!asked) ask('ping');
    });
  }

  function stopPing() {
    cancelPing?.();
    cancelPing = undefined;
  }

  function ask(action: ClientMessage['action']) {
    asked = true;
    if (action === 'ping') stopPing();
    next(ANSWER_TIMEOUT, lost);
    socket?.send({ action });
  }

  function receive(text: string) {
    const snapshot = parseSnapshot(text);
    if (snapshot && !(fresh && shown && snapshot.rev < shown.rev)) {
      // A hello's answer may carry a newer count than a broadcast that was read before it and arrives after it.
      const count = fresh && shown ? Math.max(shown.count, snapshot.count) : snapshot.count;
      shown = { ...snapshot, count };
      fresh = true;
      attempt = 0;
      world.show(shown, true);
    }
    if (!asked) return;
    asked = false;
    cancelNext();
    if (fresh) keepAlive();
    else next(backoff(), () => ask('hello'));
  }

  function lost() {
    drop();
    next(backoff(), connect);
  }

  function drop() {
    cancelNext();
    stopPing();
    if (shown && fresh) world.show(shown, false);
    const old = socket;
    socket = undefined;
    open = asked = fresh = false;
    old?.close();
  }

  function leave() {
    cancelSleep();
    awake = false;
    drop();
  }

  return {
    visible() {
      cancelSleep();
      if (!awake) {
        awake = true;
        attempt = 0;
        connect();
      } else if (open && !asked) ask('hello');
    },
    hidden() {
      cancelSleep();
      cancelSleep = world.after(HIDDEN_TIMEOUT, leave);
    },
    online() {
      if (!awake) return;
      if (!socket) connect();
      else if (open && !asked) ask('ping');
    },
    leave,
  };
}
