import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { FakeEnv } from './fake-env.ts';
import { liveCounter } from './live-counter.ts';

const MINUTE = 60_000;

function started() {
  const env = new FakeEnv();
  const counter = liveCounter(env);
  counter.visible();
  return { env, counter };
}

function opened() {
  const { env, counter } = started();
  env.socket.open();
  return { env, counter };
}

function live() {
  const { env, counter } = opened();
  env.socket.receive({ count: 10, viewers: 2, rev: 5 });
  return { env, counter };
}

/** Hidden for half a minute; its hello is not answered yet. */
function shownAgain() {
  const { env, counter } = live();
  counter.hidden();
  env.pass(MINUTE / 2);
  counter.visible();
  return { env, counter };
}

describe('what the page shows', () => {
  test('asks for a snapshot when the socket opens, and shows it', () => {
    const { env } = started();
    assert.deepEqual(env.socket.sent, []);
    env.socket.open();
    assert.deepEqual(env.socket.sent, ['hello']);
    env.socket.receive({ count: 10, viewers: 2, rev: 5 });
    assert.deepEqual(env.shown, ['10 2 #5']);
  });

  test('ignores an older revision, accepts an equal or newer one', () => {
    const { env } = live();
    env.socket.receive({ count: 9, viewers: 9, rev: 4 });
    env.socket.receive({ count: 10, viewers: 1, rev: 5 });
    env.socket.receive({ count: 12, viewers: 3, rev: 7 });
    assert.deepEqual(env.shown, ['10 2 #5', '10 1 #5', '12 3 #7']);
  });

  test('the count never falls while a socket is open', () => {
    const { env } = live();
    env.socket.receive({ count: 11, viewers: 3, rev: 5 });
    env.socket.receive({ count: 10, viewers: 3, rev: 6 });
    assert.deepEqual(env.shown.slice(1), ['11 3 #5', '11 3 #6']);
  });

  test('a reconnect may lower the values', () => {
    const { env } = live();
    env.socket.listener.closed();
    env.pass(MINUTE);
    env.socket.open().receive({ count: 1, viewers: 1, rev: 1 });
    assert.deepEqual(env.shown, ['10 2 #5', '10 2 #5 stale', '1 1 #1']);
  });

  for (const garbage of [
    'no json',
    'null',
    '42',
    '[]',
    '{}',
    { count: 1, viewers: 2 },
    { count: '1', viewers: 2, rev: 6 },
    { count: -1, viewers: 2, rev: 6 },
    { count: 1.5, viewers: 2, rev: 6 },
    { count: null, viewers: 2, rev: 6 },
    { message: 'Internal server error', connectionId: 'x', requestId: 'y' },
    { pong: true },
  ]) {
    test(`shows nothing for ${JSON.stringify(garbage)}`, () => {
      const { env } = live();
      env.socket.receive(garbage);
      assert.deepEqual(env.shown, ['10 2 #5']);
    });
  }

  test('events of an abandoned socket are ignored', () => {
    const { env } = live();
    const old = env.socket;
    old.listener.closed();
    env.pass(500);
    env.socket.open().receive({ count: 20, viewers: 4, rev: 9 });
    const before = env.shown.length;
    old.receive({ count: 99, viewers: 99, rev: 99 });
    old.listener.opened();
    old.listener.closed();
    assert.equal(env.shown.length, before);
    assert.equal(env.sockets.length, 2);
  });
});

describe('keeping alive', () => {
  for (const chance of [0, 0.5, 0.999]) {
    test(`pings every four to five minutes (random ${chance})`, () => {
      const { env } = started();
      env.chance = chance;
      env.socket.open().receive({ count: 1, viewers: 1, rev: 1 });
      for (let pings = 1; pings <= 20; pings++) {
        const before = env.now;
        while (env.socket.sent.length <= pings) env.pass(1000);
        assert.ok(env.now - before >= 4 * MINUTE - 1000 && env.now - before <= 5 * MINUTE);
        env.socket.receive({ pong: true });
      }
      assert.equal(env.sockets.length, 1);
      assert.deepEqual(new Set(env.socket.sent.slice(1)), new Set(['ping']));
    });
  }

  test('broadcasts do not postpone the ping', () => {
    const { env } = live();
    for (let halfMinute = 1; halfMinute <= 9; halfMinute++) {
      env.pass(MINUTE / 2);
      env.socket.receive({ count: 10 + halfMinute, viewers: 2, rev: 5 + halfMinute });
    }
    assert.deepEqual(env.socket.sent, ['hello', 'ping']);
  });

  test('hiding and showing the page does not postpone the ping beyond the eleven-minute lease', () => {
    const { env, counter } = live();
    let answered = env.socket.sent.length;
    const pings: number[] = [];
    for (let second = 1; second <= 24 * 60; second++) {
      env.pass(1000);
      if (second % 180 === 170) counter.hidden();
      if (second % 180 === 0) counter.visible();
      for (; answered < env.socket.sent.length; answered++) {
        const isPing = env.socket.sent[answered] === 'ping';
        if (isPing) pings.push(env.now);
        env.socket.receive(isPing ? { pong: true } : { count: 10, viewers: 2, rev: 5 });
      }
    }
    assert.equal(env.sockets.length, 1);
    assert.deepEqual(
      pings.map((time) => Math.round(time / 1000)),
      [270, 540, 810, 1080, 1350],
    );
  });

  const STALE = '10 2 #5 stale';
  for (const [what, begin, wait, shown] of [
    ['a handshake does not finish', started, 11_000, undefined],
    ['a hello is not answered', opened, 11_000, undefined],
    ['a ping is not answered', live, 4.5 * MINUTE + 10_500, STALE],
    ['the page is shown on a dead socket', shownAgain, 11_000, STALE],
  ] as const)
    test(`reconnects when ${what}`, () => {
      const { env } = begin();
      env.pass(wait);
      assert.equal(env.sockets[0]!.closed, true);
      assert.equal(env.sockets.length, 2);
      assert.equal(env.shown.at(-1), shown);
    });

  test('retries a failed hello on the same socket, with backoff', () => {
    const { env } = opened();
    const times: number[] = [];
    for (let round = 0; round < 8; round++) {
      const asked = env.socket.sent.length;
      env.socket.receive({ message: 'Internal server error' });
      const before = env.now;
      while (env.socket.sent.length === asked) env.pass(100);
      times.push(env.now - before);
    }
    assert.equal(env.sockets.length, 1);
    assert.deepEqual(new Set(env.socket.sent), new Set(['hello']));
    assert.deepEqual(times, [500, 1000, 2000, 4000, 8000, 15_000, 15_000, 15_000]);
  });
});

describe('reconnecting', () => {
  test('waits with full jitter and doubles up to thirty seconds', () => {
    const { env } = live();
    env.chance = 0.999_999;
    const waits: number[] = [];
    for (let attempt = 0; attempt < 8; attempt++) {
      const { length } = env.sockets;
      const before = env.now;
      env.socket.listener.closed();
      while (env.sockets.length === length) env.pass(10);
      waits.push(Math.round((env.now - before) / 1000));
    }
    assert.deepEqual(waits, [1, 2, 4, 8, 16, 30, 30, 30]);
  });

  test('jitter may be zero', () => {
    const { env } = started();
    env.chance = 0;
    env.socket.listener.closed();
    env.pass(0);
    assert.equal(env.sockets.length, 2);
  });

  test('starts over after the socket has worked, as after the two-hour close', () => {
    const { env } = live();
    for (let attempt = 0; attempt < 5; attempt++) {
      env.socket.listener.closed();
      env.pass(MINUTE);
    }
    env.socket.open().receive({ count: 11, viewers: 1, rev: 6 });
    env.socket.listener.closed();
    const { length } = env.sockets;
    env.pass(500);
    assert.equal(env.sockets.length, length + 1);
  });

  test('retries when the browser refuses to create the socket', () => {
    const env = new FakeEnv();
    env.refuses = true;
    liveCounter(env).visible();
    env.refuses = false;
    env.pass(500);
    assert.equal(env.sockets.length, 1);
  });

  test('connects immediately when the network returns', () => {
    const { env, counter } = live();
    for (let attempt = 0; attempt < 6; attempt++) {
      env.socket.listener.closed();
      env.pass(MINUTE);
    }
    env.socket.listener.closed();
    const { length } = env.sockets;
    counter.online();
    assert.equal(env.sockets.length, length + 1);
  });

  test('when the network returns, pings an open socket and leaves a running handshake alone', () => {
    const { env, counter } = started();
    counter.online();
    assert.equal(env.sockets.length, 1);
    env.socket.open().receive({ count: 1, viewers: 1, rev: 1 });
    counter.online();
    counter.online();
    assert.deepEqual(env.socket.sent, ['hello', 'ping']);
  });
});

describe('visibility', () => {
  test('a tab hidden for a minute disconnects', () => {
    const { env, counter } = live();
    counter.hidden();
    env.pass(MINUTE - 1);
    assert.equal(env.socket.closed, false);
    env.pass(1);
    assert.equal(env.socket.closed, true);
    assert.equal(env.shown.at(-1), '10 2 #5 stale');
    env.socket.listener.closed();
    env.pass(60 * MINUTE);
    assert.equal(env.sockets.length, 1);
    assert.equal(env.pendingTimers, 0);
    counter.online();
    assert.equal(env.sockets.length, 1);
  });

  test('reconnects when the page is shown', () => {
    const { env, counter } = live();
    counter.hidden();
    env.pass(2 * MINUTE);
    counter.visible();
    assert.equal(env.sockets.length, 2);
    env.socket.open().receive({ count: 12, viewers: 1, rev: 8 });
    assert.equal(env.shown.at(-1), '12 1 #8');
  });

  test('a page hidden briefly keeps its socket and asks for a snapshot', () => {
    const { env } = shownAgain();
    env.socket.receive({ count: 10, viewers: 2, rev: 5 });
    env.pass(2 * MINUTE);
    assert.equal(env.sockets.length, 1);
    assert.equal(env.socket.closed, false);
    assert.deepEqual(env.socket.sent, ['hello', 'hello']);
  });

  test('disconnects when the page is left, and reconnects when the browser restores it', () => {
    const { env, counter } = live();
    counter.leave();
    assert.equal(env.socket.closed, true);
    assert.equal(env.pendingTimers, 0);
    counter.visible();
    assert.equal(env.sockets.length, 2);
  });
});

describe('a page on a host without a counter', () => {
  test('gives up quietly after ten handshakes, and tries again when its tab is shown again', () => {
    const { env, counter } = started();
    for (let handshake = 0; handshake < 20; handshake++) {
      env.socket.listener.closed();
      env.pass(MINUTE);
    }
    assert.equal(env.sockets.length, 10);
    assert.equal(env.pendingTimers, 0);
    counter.visible();
    assert.equal(env.sockets.length, 11);
  });

  test('a page that has reached its counter once never gives up', () => {
    const { env } = live();
    for (let handshake = 0; handshake < 20; handshake++) {
      env.socket.listener.closed();
      env.pass(MINUTE);
    }
    assert.ok(env.sockets.length > 20);
  });
});

test('an older number is shown until the counter answers, and never after', () => {
  const env = new FakeEnv();
  const counter = liveCounter(env);
  counter.visible();
  counter.hint({ count: 41, viewers: 1, rev: 6 });
  assert.deepEqual(env.shown, ['41 1 #6 stale']);
  env.socket.open().receive({ count: 42, viewers: 1, rev: 7 });
  counter.hint({ count: 41, viewers: 1, rev: 6 });
  assert.deepEqual(env.shown, ['41 1 #6 stale', '42 1 #7']);
});
