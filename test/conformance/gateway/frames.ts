import assert from 'node:assert/strict';
import { Client } from './client.ts';
import { chapter } from './fact.ts';
import { Unsupported, type Stage } from './target.ts';
import { BINARY, clientFrame, CONTINUATION, PING, TEXT, Wire } from './wire.ts';

const FRAME = 32 * 1024;

/** Splits a message into frames of at most 32 KB. */
function fragments(message: Buffer): Buffer[] {
  const count = Math.ceil(message.length / FRAME);
  return Array.from({ length: count }, (_, i) =>
    clientFrame(i === 0 ? TEXT : CONTINUATION, message.subarray(i * FRAME, (i + 1) * FRAME), {
      fin: i === count - 1,
    }),
  );
}

/** A message to `hello` of exactly this many bytes. */
function helloOf(bytes: number): Buffer {
  const frame = '{"action":"hello","pad":""}';
  return Buffer.from(frame.replace('""}', `"${'x'.repeat(bytes - frame.length)}"}`));
}

/** Sends bytes that violate the protocol. The connection ends with `code` for the client and, where events are visible, for `$disconnect`. */
async function assertCloses(stage: Stage, bytes: Buffer, code: number): Promise<void> {
  const client = await Client.open(stage.webSocketUrl);
  client.writeRaw(bytes);
  assert.equal((await client.closed).code, code);
  const disconnect = await stage.nextEvent('$disconnect').catch((error: unknown) => {
    if (!(error instanceof Unsupported)) throw error;
  });
  if (disconnect) assert.equal(disconnect.requestContext['disconnectStatusCode'], code);
}

export const frames = chapter('frames and messages', (fact) => {
  fact('a frame of 32 KB is accepted', {}, async (stage) => {
    const client = await Client.open(stage.webSocketUrl);
    client.writeRaw(clientFrame(TEXT, helloOf(FRAME)));
    assert.equal(await client.next(), 'hello');
    assert.equal((await stage.nextEvent('hello')).body?.length, FRAME);
  });

  fact('a frame of 32 KB + 1 byte → 1009', {}, (stage) =>
    assertCloses(stage, clientFrame(TEXT, helloOf(FRAME + 1)), 1009),
  );

  fact('a frame whose header announces too much → 1009, before its payload arrives', {}, (stage) =>
    assertCloses(stage, clientFrame(TEXT, helloOf(100_000)).subarray(0, 200), 1009),
  );

  fact(
    'a frame that is too large after others in one packet → 1009; the others are served',
    {},
    async (stage) => {
      const client = await Client.open(stage.webSocketUrl);
      client.writeRaw(Buffer.concat([clientFrame(TEXT, helloOf(50)), clientFrame(TEXT, helloOf(FRAME + 1))]));
      assert.equal((await client.closed).code, 1009);
    },
  );

  fact('a message of 128 KB in frames of 32 KB is accepted', {}, async (stage) => {
    const client = await Client.open(stage.webSocketUrl);
    for (const fragment of fragments(helloOf(4 * FRAME))) client.writeRaw(fragment);
    assert.equal(await client.next(), 'hello');
    assert.equal((await stage.nextEvent('hello')).body?.length, 4 * FRAME);
  });

  fact('a message of 128 KB + 1 byte → 1009', {}, (stage) =>
    assertCloses(stage, Buffer.concat(fragments(helloOf(4 * FRAME + 1))), 1009),
  );

  fact('a binary frame → 1003', {}, (stage) =>
    assertCloses(stage, clientFrame(BINARY, Buffer.from('{}')), 1003),
  );

  fact('invalid UTF-8 → 1007', {}, (stage) =>
    assertCloses(stage, clientFrame(TEXT, Buffer.from([0x22, 0xff, 0xfe, 0x22])), 1007),
  );

  const violations: Record<string, Buffer> = {
    'a frame without a mask': clientFrame(TEXT, Buffer.from('{}'), { masked: false }),
    'a reserved opcode': clientFrame(3, Buffer.from('{}')),
    'reserved bits': Buffer.from([0xf1, 0x80, 0, 0, 0, 0]),
    'a continuation without a first frame': clientFrame(CONTINUATION, Buffer.from('{}')),
    'a fragmented ping': clientFrame(PING, Buffer.from('x'), { fin: false }),
    'a ping of more than 125 bytes': clientFrame(PING, Buffer.alloc(126)),
  };
  for (const [name, bytes] of Object.entries(violations)) {
    fact(`${name} → 1002`, {}, (stage) => assertCloses(stage, bytes, 1002));
  }

  fact('a ping is answered, even between the fragments of a message', {}, async (stage) => {
    const wire = new Wire(stage.webSocketUrl);
    await wire.shakeHands(stage.webSocketUrl);
    const text = helloOf(60);
    wire.socket.write(clientFrame(TEXT, text.subarray(0, 20), { fin: false }));
    wire.socket.write(clientFrame(PING, Buffer.from('there?')));
    wire.socket.write(clientFrame(CONTINUATION, text.subarray(20)));
    const pong = await wire.readFrame();
    assert.deepEqual([pong.opcode, pong.payload.toString(), pong.masked], [10, 'there?', false]);
    const reply = await wire.readFrame();
    assert.deepEqual([reply.opcode, reply.payload.toString()], [TEXT, 'hello']);
    wire.socket.destroy();
  });
});
