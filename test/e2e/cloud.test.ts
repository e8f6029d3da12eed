import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { converse, startChat, type Chat } from './chat.ts';

let chat: Chat;
before(async () => void (chat = await startChat()));
after(() => chat.stop());

test('functions that AWS’s runtime provides with packages and that build their own endpoint reach every client', () =>
  converse(chat));

test('the stream and the schedule invoke their function', async () => {
  const client = await chat.connect();
  const [change, tick] = [client.hears(/^change/), client.hears(/^tick/)];
  await chat.connect();

  assert.match(await change, /^change: (INSERT|REMOVE)$/);
  assert.equal(await tick, 'tick number', 'numbers in YAML stay numbers');
});
