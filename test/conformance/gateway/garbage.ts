import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { Client, connect, connectWire, disconnected, HELLO } from './client.ts';
import { chapter } from './fact.ts';
import { clientFrame, TEXT, Wire } from './wire.ts';

/** Pseudo-random bytes, the same on every run. */
function noise(seed: number, length: number): Buffer {
  const blocks = Array.from({ length: Math.ceil(length / 32) }, (_, i) =>
    createHash('sha256').update(`${seed}:${i}`).digest(),
  );
  return Buffer.concat(blocks).subarray(0, length);
}

export const garbage = chapter('invalid input', (fact) => {
  fact(
    'random bytes after the handshake end only their own connection, with a $disconnect',
    async (stage) => {
      const { client: bystander } = await connect(stage);
      const expected = new Set<string>();
      for (let seed = 0; seed < 40; seed += 1) {
        const { wire, connectionId } = await connectWire(stage);
        expected.add(connectionId);
        wire.socket.end(noise(seed, 1 + seed * 97));
      }
      while (expected.size > 0) assert.ok(expected.delete((await disconnected(stage)).connectionId));
      await bystander.assertServed();
    },
  );

  fact('random bytes sent with the handshake wait until $connect has answered', async (stage) => {
    const release = stage.hold('$connect');
    const wire = new Wire(stage.webSocketUrl);
    wire.socket.write(noise(1, 5000));
    const { connectionId } = (await stage.nextEvent('$connect')).requestContext;
    release();
    assert.match(await wire.head, /^HTTP\/1\.1 101 /);
    assert.equal((await disconnected(stage)).connectionId, connectionId);
  });

  fact('a message sent with the handshake is served after $connect', async (stage) => {
    const release = stage.hold('$connect');
    const wire = new Wire(stage.webSocketUrl);
    wire.socket.write(clientFrame(TEXT, HELLO));
    await stage.nextEvent('$connect');
    release();
    await wire.head;
    assert.equal((await wire.readFrame()).payload.toString(), 'hello');
  });

  fact('headers over 16 KB → 431, and the next client is served', async (stage) => {
    const wire = new Wire(stage.webSocketUrl, { headers: { Cookie: 'x'.repeat(20_000) } });
    assert.match(await wire.head, /^HTTP\/1\.1 431 /);
    await (await Client.open(stage.webSocketUrl)).assertServed();
  });

  fact('unusual but valid queries and headers reach $connect', async (stage) => {
    const names = ['X-Odd', '__proto__', 'constructor', 'toString'];
    const odd = Object.fromEntries(names.map((name) => [name, `value of ${name}`]));
    const url = `${stage.webSocketUrl}?a=%&b=%FF&=x&c&d=?e&__proto__=1&constructor=2`;
    const wire = new Wire(url, { headers: { ...odd, 'X-Empty': '' } });
    assert.match(await wire.head, /^HTTP\/1\.1 101 /);
    const { queryStringParameters, headers } = await stage.nextEvent('$connect');
    const query = { a: '%', b: '\uFFFD', '': 'x', c: '', d: '?e', ['__proto__']: '1', constructor: '2' };
    assert.deepEqual(Object.entries(queryStringParameters ?? {}), Object.entries(query));
    const received = Object.entries(headers ?? {}).filter(([name]) => names.includes(name));
    assert.deepEqual(received.toSorted(), Object.entries(odd).toSorted());
    assert.equal(headers?.['X-Empty'], '');
  });
});
