/** Process: the control. The simplest live counter: `ws`, a number in memory, a message to every socket for every visit. */
import type { AddressInfo } from 'node:net';
import { WebSocketServer } from 'ws';
import { answerCalls } from './worker.ts';

let count = 0;
let silent = false;

const handlers = {
  async start() {
    const server = new WebSocketServer({ port: 0, host: '127.0.0.1', perMessageDeflate: false });
    await new Promise((resolve) => server.once('listening', resolve));
    server.on('connection', (socket) => {
      socket.on('error', () => {});
      count++;
      if (silent) return;
      const message = Buffer.from(JSON.stringify({ count, viewers: server.clients.size, rev: count }));
      for (const client of server.clients) client.send(message, { binary: false });
    });
    return { webSocketUrl: `ws://127.0.0.1:${(server.address() as AddressInfo).port}/` };
  },
  /** `true` while the audience connects: visits are counted but not announced. */
  setSilent(value: boolean) {
    silent = value;
  },
  count: () => count,
};

export type PlainServer = typeof handlers;
answerCalls(handlers);
