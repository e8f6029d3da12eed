import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { liveCounter } from './live-counter.ts';
import { FakeWorld } from './testing.ts';

const MINUTE = 60_000;

function started() {
  const world = new FakeWorld();
  const counter = liveCounter(world);
  counter.visible();
  return { world, counter };
}

function live() {
  const { world, counter } = started();
  world.socket.open().receive({ count: 10, viewers: 2, rev: 5 });
  return { world, counter };
}

describe('what is shown', () => {
  test('asks for a snapshot as soon as the socket is open, and shows it', () => {
    const { world } = started();
    assert.deepEqual(world.socket.sent, []);
    world.socket.open();
    assert.deepEqual(world.socket.sent, ['hello']);
    world.socket.receive({ count: 10, viewers: 2, rev: 5 });
    assert.deepEqual(world.shown, ['10 2 #5']);
  });

  test('drops what is older and takes what is equal or newer', () => {
    const { world } = live();
    world.socket.receive({ count: 9, viewers: 9, rev: 4 });
    world.socket.receive({ count: 10, viewers: 1, rev: 5 });
    world.socket.receive({ count: 12, viewers: 3, rev: 7 });
    assert.deepEqual(world.shown, ['10 2 #5', '10 1 #5', '12 3 #7']);
  });

  test('the count never falls while a socket is open', () => {
    const { world } = live();
    world.socket.receive({ count: 11, viewers: 3, rev: 5 });
    world.socket.receive({ count: 10, viewers: 3, rev: 6 });
    assert.deepEqual(world.shown.slice(1), ['11 3 #5', '11 3 #6']);
  });

  test('after a reconnect lower values are accepted', () => {
    const { world } = live();
    world.socket.listener.closed();
    world.pass(MINUTE);
    world.socket.open().receive({ count: 1, viewers: 1, rev: 1 });
    assert.deepEqual(world.shown, ['10 2 #5', '10 2 #5 stale', '1 1 #1']);
  });

  for (const garbage of [
    'no json',
    '',
    'null',
    '42',
    '[]',
    '{}',
    { count: 1 },
    { count: 1, viewers: 2 },
    { count: '1', viewers: 2, rev: 6 },
    { count: -1, viewers: 2, rev: 6 },
    { count: 1.5, viewers: 2, rev: 6 },
    { count: null, viewers: 2, rev: 6 },
    { message: 'Internal server error', connectionId: 'x', requestId: 'y' },
    { pong: true },
  ]) {
    test(`shows nothing for ${JSON.stringify(garbage)}`, () => {
      const { world } = live();
      world.socket.receive(garbage);
      assert.deepEqual(world.shown, ['10 2 #5']);
    });
  }

  test('a message of a socket that was given up is ignored', () => {
    const { world } = live();
    const old = world.socket;
    old.listener.closed();
    world.pass(500);
    world.socket.open().receive({ count: 20, viewers: 4, rev: 9 });
    const before = world.shown.length;
    old.receive({ count: 99, viewers: 99, rev: 99 });
    old.listener.opened();
    old.listener.closed();
    assert.equal(world.shown.length, before);
    assert.equal(world.sockets.length, 2);
  });
});

describe('keeping alive', () => {
  for (const chance of [0, 0.5, 0.999]) {
    test(`pings every four to five minutes (random ${chance})`, () => {
      const { world } = started();
      world.chance = chance;
      world.socket.open().receive({ count: 1, viewers: 1, rev: 1 });
      for (let pings = 1; pings <= 20; pings++) {
        const before = world.now;
        while (world.socket.sent.length <= pings) world.pass(1000);
        assert.ok(world.now - before >= 4 * MINUTE - 1000 && world.now - before <= 5 * MINUTE);
        world.socket.receive({ pong: true });
      }
      assert.equal(world.sockets.length, 1);
      assert.deepEqual(new Set(world.socket.sent.slice(1)), new Set(['ping']));
    });
  }

  test('broadcasts do not put the ping off', () => {
    const { world } = live();
    for (let halfMinute = 1; halfMinute <= 9; halfMinute++) {
      world.pass(MINUTE / 2);
      world.socket.receive({ count: 10 + halfMinute, viewers: 2, rev: 5 + halfMinute });
    }
    assert.deepEqual(world.socket.sent, ['hello', 'ping']);
  });

  test('looking away and back does not put the ping off: the lease of eleven minutes would run out', () => {
    const { world, counter } = live();
    let answered = world.socket.sent.length;
    const pings: number[] = [];
    for (let second = 1; second <= 24 * 60; second++) {
      world.pass(1000);
      if (second % 180 === 170) counter.hidden();
      if (second % 180 === 0) counter.visible();
      for (; answered < world.socket.sent.length; answered++) {
        const isPing = world.socket.sent[answered] === 'ping';
        if (isPing) pings.push(world.now);
        world.socket.receive(isPing ? { pong: true } : { count: 10, viewers: 2, rev: 5 });
      }
    }
    assert.equal(world.sockets.length, 1);
    assert.deepEqual(
      pings.map((time) => Math.round(time / 1000)),
      [270, 540, 810, 1080, 1350],
    );
  });

  test('a ping without answer means a dead socket', () => {
    const { world } = live();
    world.pass(4.5 * MINUTE + 10_500);
    assert.equal(world.sockets[0]!.closed, true);
    assert.equal(world.sockets.length, 2);
    assert.equal(world.shown.at(-1), '10 2 #5 stale');
  });

  test('a handshake without end is given up', () => {
    const { world } = started();
    world.pass(11_000);
    assert.equal(world.sockets[0]!.closed, true);
    assert.equal(world.sockets.length, 2);
  });

  test('a hello without answer means a dead socket', () => {
    const { world } = started();
    world.socket.open();
    world.pass(11_000);
    assert.equal(world.sockets[0]!.closed, true);
    assert.equal(world.sockets.length, 2);
  });

  test('a hello that fails is asked again on the same socket, later and later', () => {
    const { world } = started();
    world.socket.open();
    const times: number[] = [];
    for (let round = 0; round < 8; round++) {
      const asked = world.socket.sent.length;
      world.socket.receive({ message: 'Internal server error' });
      const before = world.now;
      while (world.socket.sent.length === asked) world.pass(100);
      times.push(world.now - before);
    }
    assert.equal(world.sockets.length, 1);
    assert.deepEqual(new Set(world.socket.sent), new Set(['hello']));
    assert.deepEqual(times, [500, 1000, 2000, 4000, 8000, 15_000, 15_000, 15_000]);
  });
});

describe('reconnecting', () => {
  test('waits with full jitter and doubles up to thirty seconds', () => {
    const { world } = started();
    world.chance = 0.999_999;
    const waits: number[] = [];
    for (let attempt = 0; attempt < 8; attempt++) {
      const { length } = world.sockets;
      const before = world.now;
      world.socket.listener.closed();
      while (world.sockets.length === length) world.pass(10);
      waits.push(Math.round((world.now - before) / 1000));
    }
    assert.deepEqual(waits, [1, 2, 4, 8, 16, 30, 30, 30]);
  });

  test('jitter may be nothing at all', () => {
    const { world } = started();
    world.chance = 0;
    world.socket.listener.closed();
    world.pass(0);
    assert.equal(world.sockets.length, 2);
  });

  test('begins anew after the socket has worked, as at the two-hour close', () => {
    const { world } = started();
    for (let attempt = 0; attempt < 5; attempt++) {
      world.socket.listener.closed();
      world.pass(MINUTE);
    }
    world.socket.open().receive({ count: 1, viewers: 1, rev: 1 });
    world.socket.listener.closed();
    const { length } = world.sockets;
    world.pass(500);
    assert.equal(world.sockets.length, length + 1);
  });

  test('a browser that refuses to make the socket is asked again', () => {
    const world = new FakeWorld();
    world.refuses = true;
    liveCounter(world).visible();
    world.refuses = false;
    world.pass(500);
    assert.equal(world.sockets.length, 1);
  });

  test('at once when the network is back', () => {
    const { world, counter } = live();
    for (let attempt = 0; attempt < 6; attempt++) {
      world.socket.listener.closed();
      world.pass(MINUTE);
    }
    world.socket.listener.closed();
    const { length } = world.sockets;
    counter.online();
    assert.equal(world.sockets.length, length + 1);
  });

  test('the network is back: an open socket is tried, a handshake under way is left alone', () => {
    const { world, counter } = started();
    counter.online();
    assert.equal(world.sockets.length, 1);
    world.socket.open().receive({ count: 1, viewers: 1, rev: 1 });
    counter.online();
    counter.online();
    assert.deepEqual(world.socket.sent, ['hello', 'ping']);
  });
});

describe('being looked at', () => {
  test('a tab hidden for a minute gives its connection back', () => {
    const { world, counter } = live();
    counter.hidden();
    world.pass(MINUTE - 1);
    assert.equal(world.socket.closed, false);
    world.pass(1);
    assert.equal(world.socket.closed, true);
    assert.equal(world.shown.at(-1), '10 2 #5 stale');
    world.socket.listener.closed();
    world.pass(60 * MINUTE);
    assert.equal(world.sockets.length, 1);
    assert.equal(world.pendingTimers, 0);
    counter.online();
    assert.equal(world.sockets.length, 1);
  });

  test('comes back when it is seen', () => {
    const { world, counter } = live();
    counter.hidden();
    world.pass(2 * MINUTE);
    counter.visible();
    assert.equal(world.sockets.length, 2);
    world.socket.open().receive({ count: 12, viewers: 1, rev: 8 });
    assert.equal(world.shown.at(-1), '12 1 #8');
  });

  test('a short look away costs nothing but a question', () => {
    const { world, counter } = live();
    counter.hidden();
    world.pass(MINUTE / 2);
    counter.visible();
    world.socket.receive({ count: 10, viewers: 2, rev: 5 });
    world.pass(2 * MINUTE);
    assert.equal(world.sockets.length, 1);
    assert.equal(world.socket.closed, false);
    assert.deepEqual(world.socket.sent, ['hello', 'hello']);
  });

  test('seen again on a dead socket: reconnects after the answer stays out', () => {
    const { world, counter } = live();
    counter.hidden();
    world.pass(MINUTE / 2);
    counter.visible();
    world.pass(11_000);
    assert.equal(world.sockets.length, 2);
  });

  test('left and brought back by the browser: closed, then a new socket', () => {
    const { world, counter } = live();
    counter.leave();
    assert.equal(world.socket.closed, true);
    assert.equal(world.pendingTimers, 0);
    counter.visible();
    assert.equal(world.sockets.length, 2);
  });
});
