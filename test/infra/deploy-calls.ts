/** What a deploy's tests ask of AWS and of the counter. */
import { on, once } from 'node:events';
import type { Browser, Page } from 'playwright-core';
import { WebSocket } from 'ws';
import { openTab } from '../support/counter-page.ts';
import type { EmulatedRequest } from './emulated-aws/patch.ts';

/** A log group of production, left behind by a request whose answer never arrived. */
export const ORPHAN = { logGroupName: '/aws/lambda/cloud-resume-production-updater' };

/** What Terraform's S3 backend stores while a run holds the lock. */
export const LOCK = {
  ID: '9ad1c2f4-2f53-7f5e-3f0c-1d2ab0f8c111',
  Operation: 'OperationTypeApply',
  Info: '',
  Who: 'ada@example',
  Version: '1.11.4',
  Created: '2026-01-02T03:04:05.000000006Z',
  Path: 'bucket/key',
};

/** Whether a call could change the infrastructure. Items in DynamoDB belong to the counter. */
export function changesSomething({ method, target, path, body }: EmulatedRequest): boolean {
  if (method === 'GET' || method === 'HEAD') return false;
  if (target.startsWith('DynamoDB'))
    return /\.(Create|Update|Delete|Tag|Untag)\w*(Table|Resource|Live|Backups)/.test(target);
  const operation = target.split('.').at(-1) || (/(?:^|&)Action=(\w+)/.exec(body)?.[1] ?? '');
  return !/^(Get|List|Describe)/.test(operation) || path.includes('/invalidation');
}

/** Opens a page's socket with its own visit id, and closes it. */
export async function visit(endpoint: string, origin: string, port: number): Promise<void> {
  const socket = await connect(endpoint, port, '?visit=a-visit-of-its-own', origin);
  socket.close();
  await once(socket, 'close');
}

/** A plain client without a visit id connects, pings and leaves. */
export async function ping(endpoint: string, port: number): Promise<void> {
  const socket = await connect(endpoint, port);
  socket.send(JSON.stringify({ action: 'ping' }));
  for await (const [data] of on(socket, 'message')) {
    if (String(data) === '{"pong":true}') break;
  }
  socket.close();
  await once(socket, 'close');
}

async function connect(endpoint: string, port: number, query = '', origin?: string): Promise<WebSocket> {
  const { host, pathname } = new URL(endpoint);
  const socket = new WebSocket(`wss://127.0.0.1:${port}${pathname}${query}`, {
    headers: { host },
    rejectUnauthorized: false,
    ...(origin && { origin }),
  });
  await once(socket, 'open');
  return socket;
}

/** Opens a visitor's tab that prints the page's errors. */
export const openPage = (browser: Browser, url: string): Promise<Page> =>
  openTab(browser, url, (page) =>
    page.on('console', (message) => {
      if (message.type() === 'error') console.error(`The page says: ${message.text()}`);
    }),
  );
