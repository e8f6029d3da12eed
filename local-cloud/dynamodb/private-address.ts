/**
 * An address for the engine that no web page can find. The engine has no authentication and lets every origin read its answers, so any
 * page open on this machine may use the database if it knows where it is. See docs/decisions/0012-database-address.md.
 */
import { randomInt } from 'node:crypto';
import { findFreePort } from './free-port.ts';

/** Systems on which every address of 127.0.0.0/8 is usable without configuration. macOS and the BSDs have only 127.0.0.1. */
const WHOLE_LOOPBACK_NETWORK: readonly NodeJS.Platform[] = ['linux', 'android', 'win32'];

export interface PrivateAddress {
  host: string;
  port: number;
  /** `false`: the host is 127.0.0.1, and a page can find the port by trying them all. */
  isUnguessable: boolean;
}

export async function choosePrivateAddress(
  platform: NodeJS.Platform = process.platform,
): Promise<PrivateAddress> {
  if (WHOLE_LOOPBACK_NETWORK.includes(platform)) {
    // 127.0.x.y is left out: services such as systemd-resolved (127.0.0.53) live there.
    const host = `127.${randomInt(1, 255)}.${randomInt(256)}.${randomInt(1, 255)}`;
    try {
      return { host, port: await findFreePort(host), isUnguessable: true };
    } catch (error) {
      // A sandbox may configure 127.0.0.1 only.
      if ((error as NodeJS.ErrnoException).code !== 'EADDRNOTAVAIL') throw error;
    }
  }
  return { host: '127.0.0.1', port: await findFreePort(), isUnguessable: false };
}

/** For messages that anyone may read, such as /healthz. @returns `text` without loopback addresses */
export function withoutAddresses(text: string): string {
  return text.replaceAll(/\b127\.\d{1,3}\.\d{1,3}\.\d{1,3}(:\d+)?/g, '(database)');
}
