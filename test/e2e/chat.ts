/** A chat in the shape of AWS's sample (aws-samples/simple-websockets-chat-app), run by `npm run cloud` outside of this project. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { cp } from 'node:fs/promises';
import { join } from 'node:path';
import { WebSocket } from 'ws';
import { startServer } from '../support/server.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

export interface ChatClient {
  socket: WebSocket;
  say(data: string): void;
  /** Resolves with the next message that matches. */
  hears(pattern: RegExp): Promise<string>;
}

export interface Chat {
  folder: string;
  connect(): Promise<ChatClient>;
  stop(): Promise<unknown>;
}

/** @param change the app's folder before it starts */
export async function startChat(change: (folder: string) => Promise<void> = async () => {}): Promise<Chat> {
  const folder = temporaryFolder('chat-');
  await cp('test/fixtures/chat', folder, { recursive: true });
  await change(folder);
  const server = await startServer(join(folder, 'data'), ['--topology', join(folder, 'chat.yaml')], {
    command: 'cloud',
  });
  return {
    folder,
    async connect() {
      const socket = new WebSocket(server.url);
      await once(socket, 'open');
      return {
        socket,
        say: (data) => socket.send(JSON.stringify({ action: 'sendmessage', data })),
        hears: (pattern) =>
          new Promise((resolve) => {
            const listen = (data: Buffer) => {
              if (!pattern.test(String(data))) return;
              socket.off('message', listen);
              resolve(String(data));
            };
            socket.on('message', listen);
          }),
      };
    },
    stop: () => server.stop(),
  };
}

/** Three clients: a message reaches all of them, and after one has left, the other two. */
export async function converse({ connect }: Chat): Promise<void> {
  const clients = await Promise.all([connect(), connect(), connect()]);
  const [first, , third] = clients as [ChatClient, ChatClient, ChatClient];

  const heard = clients.map((client) => client.hears(/^hello$/));
  const reply = first.hears(/^sent/);
  first.say('hello');
  await Promise.all(heard);
  assert.equal(await reply, 'sent to 3');

  third.socket.close();
  await once(third.socket, 'close');
  // $disconnect runs after the socket has closed.
  for (let answer = ''; answer !== 'sent to 2';) {
    const next = first.hears(/^sent to|Internal/);
    first.say('again');
    answer = await next;
  }
}
