/** Clients that are slow on purpose, against the limits that visitors meet. */
import assert from 'node:assert/strict';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { after, before, test } from 'node:test';
import { type AttackedCloud, startCloud } from './support/cloud.ts';
import { reportAttack } from './support/report.ts';

let cloud: AttackedCloud;
before(async () => {
  cloud = await startCloud();
});
after(() => cloud.close());

test('headers that drip are cut off after 10 s', async (t) => {
  const startedAt = performance.now();
  const sockets = Array.from({ length: 20 }, () => {
    const socket = connect(cloud.port, '127.0.0.1');
    socket.write('GET / HTTP/1.1\r\nHost: localhost\r\n');
    const drip = setInterval(() => socket.write('X-Drip: 1\r\n'), 500);
    socket.on('close', () => clearInterval(drip));
    socket.on('error', () => {});
    return text(socket);
  });
  for (const answer of await Promise.all(sockets)) assert.match(answer, /^HTTP\/1\.1 408 /);
  const seconds = (performance.now() - startedAt) / 1000;
  assert.ok(seconds >= 9.5 && seconds < 16, `${seconds} s`);
  await reportAttack(t, {
    attack: 'Drip headers, one every half second',
    before: 'cut off after 26 to 40 s',
    result: `408 after ${seconds.toFixed(0)} s`,
    test: import.meta.url,
  });
});
