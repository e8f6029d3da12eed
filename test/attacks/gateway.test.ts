/** Attacks on the gateway and the public server, by clients that speak the protocol but abuse it. */
import assert from 'node:assert/strict';
import { on, once } from 'node:events';
import { request } from 'node:http';
import { after, before, test } from 'node:test';
import { WebSocket } from 'ws';
import { MAX_MESSAGES } from '../../functions/updater/flood.ts';
import { connectClient } from '../support/client.ts';
import { type AttackedCloud, startCloud } from './support/cloud.ts';
import { reportAttack } from './support/report.ts';

const MB = 1024 * 1024;
const VISITORS = 5;
const FLOOD = 800;

let cloud: AttackedCloud;
before(async () => {
  cloud = await startCloud({ throttle: { rateLimit: 1, burstLimit: 400 } });
});
after(() => cloud.close());

test('a post of 11 MB gets its 413', async (t) => {
  const { managementEndpoint } = cloud;
  const outgoing = request(`${managementEndpoint}/@connections/L0SM9cOFvHcCIhw=`, { method: 'POST' });
  outgoing.on('error', () => {});
  outgoing.end(Buffer.alloc(11 * MB));
  const [response] = await once(outgoing, 'response');
  assert.equal(response.statusCode, 413);
  await reportAttack(t, {
    attack: 'Post 11 MB to @connections',
    before: 'connection reset',
    result: '413',
  });
});

test('a connection that floods a route is closed', async (t) => {
  // The other tests' throttle would refuse the flood before it reaches the function.
  const generous = await startCloud();
  t.after(() => generous.close());
  const flooder = new WebSocket(generous.webSocketUrl);
  await once(flooder, 'open');
  let pongs = 0;
  flooder.on('message', (message) => String(message).includes('pong') && pongs++);
  const closed = once(flooder, 'close', { signal: AbortSignal.timeout(30_000) });
  for (let i = 0; i < FLOOD; i++) flooder.send('{"action":"ping"}');
  await closed.finally(() => flooder.terminate());
  assert.ok(pongs >= MAX_MESSAGES, `${pongs} answers`);
  assert.ok(pongs < FLOOD, 'the flood was longer than what was answered');
  await reportAttack(t, {
    attack: 'Send `ping` without pause on one connection',
    before: 'each was a write, without end',
    result: 'closed',
  });
});

test("one socket's flood does not use up the stage's throttle", async (t) => {
  const { webSocketUrl, url } = cloud;
  const flooder = new WebSocket(webSocketUrl);
  await once(flooder, 'open');
  let throttled = 0;
  let answers = 0;
  // Messages without a route cost the attacker nothing; these are twice the stage's burst.
  for (let i = 0; i < FLOOD; i++) flooder.send('{"action":"nothing"}');
  for await (const [message] of on(flooder, 'message')) {
    if (String(message).includes('Too Many Requests')) throttled += 1;
    if (++answers === FLOOD) break;
  }
  let served = 0;
  for (; served < VISITORS; served++) {
    const visitor = await connectClient(url);
    visitor.send({ action: 'hello' });
    await visitor.until(() => true);
    await visitor.close();
  }
  flooder.terminate();
  assert.ok(throttled > FLOOD / 2, `${throttled} of ${FLOOD} throttled`);
  await reportAttack(t, {
    attack: 'Flood one socket with more messages than the stage’s burst',
    before: '429 for other visitors',
    result: `${served} of ${VISITORS} other visitors served`,
  });
});
