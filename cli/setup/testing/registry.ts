/** An npm registry on the loopback with a few tiny packages, that counts what is fetched and can be made to hang. */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export const VERSION = '1.2.1';

export interface Registry {
  url: string;
  /** Integrity of a package's tarball, for a lock file. */
  integrity(name: string): string;
  /** Paths of all requests so far. */
  requests: string[];
  /** From now on tarballs are not answered; `asked` resolves when one has been asked for, `release` answers them. */
  hold(): { asked: Promise<void>; release(): void };
  close(): void;
}

export async function startRegistry(names: string[]): Promise<Registry> {
  const tarballs = new Map(names.map((name) => [name, tarball(name)]));
  const requests: string[] = [];
  let hold: ((answer: () => void) => void) | undefined;
  const server = createServer((request, response) => {
    const path = decodeURIComponent(request.url ?? '').slice(1);
    requests.push(path);
    const name = path.replace(/\.tgz$/, '');
    const body = tarballs.get(name);
    if (!body) response.writeHead(404).end('{}');
    else if (!path.endsWith('.tgz')) response.end(JSON.stringify(packument(name, body)));
    else if (hold) hold(() => response.end(body));
    else response.end(body);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;

  function packument(name: string, body: Buffer) {
    const dist = { tarball: `${url}${name}.tgz`, integrity: integrityOf(body) };
    return {
      name,
      'dist-tags': { latest: VERSION },
      versions: { [VERSION]: { name, version: VERSION, dist } },
    };
  }

  return {
    url,
    requests,
    integrity: (name) => integrityOf(tarballs.get(name)!),
    hold() {
      const held: (() => void)[] = [];
      const asked = new Promise<void>((resolve) => {
        hold = (answer) => {
          held.push(answer);
          resolve();
        };
      });
      return {
        asked,
        release() {
          hold = undefined;
          for (const answer of held) answer();
        },
      };
    },
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}

function tarball(name: string): Buffer {
  const folder = mkdtempSync(join(tmpdir(), 'package-'));
  mkdirSync(join(folder, 'package'));
  writeFileSync(join(folder, 'package', 'package.json'), JSON.stringify({ name, version: VERSION }));
  execFileSync('tar', ['-czf', join(folder, 'package.tgz'), '-C', folder, 'package']);
  const body = readFileSync(join(folder, 'package.tgz'));
  rmSync(folder, { recursive: true });
  return body;
}

function integrityOf(body: Buffer): string {
  return `sha512-${createHash('sha512').update(body).digest('base64')}`;
}
