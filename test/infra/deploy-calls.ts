/** What is asked of AWS and of the counter around a deploy. */
import { once } from 'node:events';
import { WebSocket } from 'ws';
import type { EmulatedRequest } from './emulated-aws/patch.ts';

/** A log group of the production's, as a request leaves it that was not answered any more. */
export const ORPHAN = { logGroupName: '/aws/lambda/cloud-resume-production-updater' };

/** What Terraform's S3 backend keeps while somebody works. */
export const LOCK = {
  ID: '9ad1c2f4-2f53-7f5e-3f0c-1d2ab0f8c111',
  Operation: 'OperationTypeApply',
  Info: '',
  Who: 'ada@example',
  Version: '1.11.4',
  Created: '2026-01-02T03:04:05.000000006Z',
  Path: 'bucket/key',
};

/** Whether a call could change anything. Reads by POST have names that say so; DynamoDB's items are the counter's own. */
export function changesSomething({ method, target, path, body }: EmulatedRequest): boolean {
  if (method === 'GET' || method === 'HEAD') return false;
  if (target.startsWith('DynamoDB'))
    return /\.(Create|Update|Delete|Tag|Untag)\w*(Table|Resource|Live|Backups)/.test(target);
  const operation = target.split('.').at(-1) || (/(?:^|&)Action=(\w+)/.exec(body)?.[1] ?? '');
  return !/^(Get|List|Describe)/.test(operation) || path.includes('/invalidation');
}

/** A page of its own opens, and leaves. */
export async function visit(endpoint: string, origin: string, port: number): Promise<void> {
  const { host, pathname } = new URL(endpoint);
  const socket = new WebSocket(`wss://127.0.0.1:${port}${pathname}?visit=a-visit-of-its-own`, {
    headers: { host },
    origin,
    rejectUnauthorized: false,
  });
  await once(socket, 'open');
  socket.close();
  await once(socket, 'close');
}
