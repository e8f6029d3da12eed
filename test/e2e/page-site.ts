import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { WebSocketServer } from 'ws';
import type { Snapshot } from '../../contract/messages.ts';
import { createStaticHost } from '../../local-cloud/cloudfront/index.ts';
import { buildSite, type BuildOptions, type BuildResult } from '../../site/builder/index.ts';

export interface PageSite extends BuildResult {
  url: string;
  directory: string;
  /** The answer to every `hello` from now on. */
  answer(snapshot: Snapshot): void;
  /** Sends to all open pages. */
  push(snapshot: Snapshot): void;
  /** Closes all sockets and refuses new ones. */
  hangUp(): void;
  close(): Promise<void>;
}

/** A built site, served as CloudFront serves it, with a scripted WebSocket. Until `answer` is called, a `hello` gets no answer. */
export async function pageSite(options: Omit<BuildOptions, 'outDirectory'>): Promise<PageSite> {
  const folder = await mkdtemp(join(tmpdir(), 'cloud-resume-page-'));
  const directory = join(folder, 'site');
  const result = await buildSite({ pdf: false, ...options, outDirectory: directory });

  let current: Snapshot | undefined;
  let refusing = false;
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const { handle } = createStaticHost({ site: result });
  server.on('request', handle);

  const sockets = new WebSocketServer({ noServer: true });
  server.on('upgrade', (request, socket, head) => {
    if (refusing) return socket.destroy();
    sockets.handleUpgrade(request, socket, head, (client) => {
      client.on('message', (data) => {
        if (current && String(data).includes('hello')) client.send(JSON.stringify(current));
      });
    });
  });
  const push = (snapshot: Snapshot) => {
    for (const client of sockets.clients) client.send(JSON.stringify(snapshot));
  };
  const hangUp = () => {
    refusing = true;
    for (const client of sockets.clients) client.terminate();
  };
  const close = async () => {
    hangUp();
    server.closeAllConnections();
    server.close();
    await rm(folder, { recursive: true, force: true });
  };
  const answer = (snapshot: Snapshot) => void (current = snapshot);
  return { ...result, url: `http://127.0.0.1:${port}/`, directory, answer, push, hangUp, close };
}
