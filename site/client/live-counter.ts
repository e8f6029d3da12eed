/**
 * The counter's client: when to connect, ask, ping, give up and reconnect, and which values to show. Sockets, timers and
 * randomness come in as {@link CounterEnv}.
 */
import { parseSnapshot, type ClientMessage, type Snapshot } from '../../contract/messages.ts';

/** API Gateway closes connections that are idle for ten minutes; milliseconds. */
const PING_INTERVAL = 270_000;
const PING_JITTER = 30_000;
/** A handshake, `hello` or `ping` without an answer for this long means a dead socket; milliseconds. */
const ANSWER_TIMEOUT = 10_000;
/** A tab hidden for this long disconnects; milliseconds. */
const HIDDEN_TIMEOUT = 60_000;
/** Exponential backoff with full jitter: between 0 and min(cap, base × 2^attempt) milliseconds. */
const BACKOFF_BASE = 1_000;
const BACKOFF_CAP = 30_000;
/** A page that never reached a counter gives up after so many handshakes: its host may have none. */
const MAX_FIRST_ATTEMPTS = 10;

export interface CounterSocket {
  send(message: ClientMessage): void;
  close(): void;
}

export interface SocketListener {
  opened(): void;
  message(text: string): void;
  /** The socket closed or failed to open. */
  closed(): void;
}

export interface CounterEnv {
  /** Starts a handshake; may throw. */
  connect(listener: SocketListener): CounterSocket;
  /** Calls back once, after `milliseconds`. Returns a function that cancels it. */
  after(milliseconds: number, callback: () => void): () => void;
  /** At least 0, below 1. */
  random(): number;
  /** `live` is false for the last known values while no socket is connected. */
  show(snapshot: Snapshot, live: boolean): void;
}

export interface LiveCounter {
  /** Connects, or checks that the connection still answers. */
  visible(): void;
  /** Disconnects if the page stays hidden. */
  hidden(): void;
  /** The network is back. */
  online(): void;
  /** Shows an older snapshot until the counter answers. */
  hint(snapshot: Snapshot): void;
  /** Disconnects. A page restored from the back/forward cache calls {@link LiveCounter.visible} again. */
  leave(): void;
}

export function liveCounter(env: CounterEnv): LiveCounter {
  let awake = false;
  let socket: CounterSocket | undefined;
  let open = false;
  /** Whether a `hello` or `ping` is unanswered. */
  let asked = false;
  let shown: Snapshot | undefined;
  /** Whether `shown` came through the current socket. */
  let fresh = false;
  let attempt = 0;
  /** Whether any snapshot has ever arrived. */
  let reached = false;
  let cancelNext = () => {};
  let cancelSleep = () => {};
  /** Set while a ping is scheduled. A hello does not postpone it: only pings renew the connection's lease. */
  let cancelPing: (() => void) | undefined;

  /** Schedules the next step and replaces the one before. */
  function next(milliseconds: number, callback: () => void) {
    cancelNext();
    cancelNext = env.after(milliseconds, callback);
  }

  const backoff = () => env.random() * Math.min(BACKOFF_CAP, BACKOFF_BASE * 2 ** attempt++);

  function connect() {
    drop();
    const ifCurrent = (handler: () => void) => () => {
      if (socket === mine) handler();
    };
    let mine: CounterSocket | undefined;
    try {
      mine = env.connect({
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
    const wait = PING_INTERVAL + (env.random() * 2 - 1) * PING_JITTER;
    cancelPing ??= env.after(wait, () => {
      cancelPing = undefined;
      // An answer to an earlier question starts the next wait. Two waits are shorter than the lease.
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
      // A broadcast may have read the table before a hello's answer did, and still arrive after it.
      const count = fresh && shown ? Math.max(shown.count, snapshot.count) : snapshot.count;
      shown = { ...snapshot, count };
      fresh = true;
      reached = true;
      attempt = 0;
      env.show(shown, true);
    }
    if (!asked) return;
    asked = false;
    cancelNext();
    if (fresh) keepAlive();
    else next(backoff(), () => ask('hello'));
  }

  function lost() {
    drop();
    if (!reached && attempt >= MAX_FIRST_ATTEMPTS - 1) awake = false;
    else next(backoff(), connect);
  }

  function drop() {
    cancelNext();
    stopPing();
    if (shown && fresh) env.show(shown, false);
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
      cancelSleep = env.after(HIDDEN_TIMEOUT, leave);
    },
    online() {
      if (!awake) return;
      if (!socket) connect();
      else if (open && !asked) ask('ping');
    },
    hint(snapshot) {
      if (!reached) env.show(snapshot, false);
    },
    leave,
  };
}
