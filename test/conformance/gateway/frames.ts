import assert from 'node:assert/strict';
import { Client } from './client.ts';
import { chapter } from './fact.ts';
import { Unsupported } from './target.ts';
import { BINARY, clientFrame, CONTINUATION, PING, PONG, TEXT, Wire } from './wire.ts';

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

const accepted: Record<string, Buffer> = {
  'a frame of 32 KB': helloOf(FRAME),
  'a message of 128 KB in frames of 32 KB': helloOf(4 * FRAME),
};

const closing: [name: string, bytes: Buffer, code: number][] = [
  ['a frame of 32 KB + 1 byte', clientFrame(TEXT, helloOf(FRAME + 1)), 1009],
  [
    'a frame that announces too much, before its payload',
    clientFrame(TEXT, helloOf(100_000)).subarray(0, 200),
    1009,
  ],
  ['a message of 128 KB + 1 byte', Buffer.concat(fragments(helloOf(4 * FRAME + 1))), 1009],
  ['a binary frame', clientFrame(BINARY, '{}'), 1003],
  ['invalid UTF-8', clientFrame(TEXT, Buffer.from([0x22, 0xff, 0xfe, 0x22])), 1007],
  ['a frame without a mask', clientFrame(TEXT, '{}', { masked: false }), 1002],
  ['a reserved opcode', clientFrame(3, '{}'), 1002],
  ['reserved bits', Buffer.from([0xf1, 0x80, 0, 0, 0, 0]), 1002],
  ['a continuation without a first frame', clientFrame(CONTINUATION, '{}'), 1002],
  ['a fragmented ping', clientFrame(PING, 'x', { fin: false }), 1002],
  ['a ping of more than 125 bytes', clientFrame(PING, Buffer.alloc(126)), 1002],
];

export const frames = chapter('frames and messages', (fact) => {
  for (const [name, message] of Object.entries(accepted))
    fact(`${name} is accepted`, async (stage) => {
      const client = await Client.open(stage.webSocketUrl);
      for (const fragment of fragments(message)) client.writeRaw(fragment);
      assert.equal(await client.next(), 'hello');
      assert.equal((await stage.nextEvent('hello')).body?.length, message.length);
    });

  for (const [name, bytes, code] of closing)
    fact(`${name} → ${code}`, async (stage) => {
      const client = await Client.open(stage.webSocketUrl);
      client.writeRaw(bytes);
      assert.equal((await client.closed).code, code);
      // Where events are visible, the function gets the same code.
      const disconnect = await stage.nextEvent('$disconnect').catch((error: unknown) => {
        if (!(error instanceof Unsupported)) throw error;
      });
      if (disconnect) assert.equal(disconnect.requestContext.disconnectStatusCode, code);
    });

  fact('a frame that is too large after another in one packet → 1009', async (stage) => {
    const client = await Client.open(stage.webSocketUrl);
    client.writeRaw(Buffer.concat([clientFrame(TEXT, helloOf(50)), clientFrame(TEXT, helloOf(FRAME + 1))]));
    assert.equal((await client.closed).code, 1009);
  });

  fact('a ping is answered, even between the fragments of a message', async (stage) => {
    const wire = new Wire(stage.webSocketUrl);
    await wire.head;
    const text = helloOf(60);
    wire.socket.write(clientFrame(TEXT, text.subarray(0, 20), { fin: false }));
    wire.socket.write(clientFrame(PING, 'there?'));
    wire.socket.write(clientFrame(CONTINUATION, text.subarray(20)));
    const pong = await wire.readFrame();
    assert.deepEqual([pong.opcode, pong.payload.toString(), pong.masked], [PONG, 'there?', false]);
    const reply = await wire.readFrame();
    assert.deepEqual([reply.opcode, reply.payload.toString()], [TEXT, 'hello']);
  });
});
