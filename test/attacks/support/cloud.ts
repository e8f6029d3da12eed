import { rmSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { localTopology } from '../../../local-cloud/counter-topology.ts';
import { buildFunctions } from '../../../functions/build.ts';
import { startLocalCloud, type LocalCloud, type LocalCloudOptions } from '../../../local-cloud/index.ts';
import type { WebSocketApi } from '../../../local-cloud/topology.ts';
import type { BuiltSite } from '../../../contract/site-manifest.ts';

/** A page of one line: attacks on the server need no résumé. */
export const PAGE = '<!doctype html><p>the page';
const SITE: BuiltSite = {
  manifest: {
    contentSecurityPolicy: "default-src 'none'",
    files: [
      {
        path: 'index.html',
        contentType: 'text/html',
        cacheControl: 'no-cache',
        sha256: '',
      },
    ],
  },
  contents: new Map([['index.html', Buffer.from(PAGE)]]),
};

export interface AttackedCloud extends LocalCloud {
  dataDirectory: string;
  /** Of the public server. */
  port: number;
  /** What it logged as warning or error. */
  warnings: string[];
}

let functions: Promise<string> | undefined;

/** Builds the functions once for the process. @returns their folder */
export function functionsDirectory(): Promise<string> {
  return (functions ??= build());
}

async function build(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'cloud-resume-functions-'));
  process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
  await buildFunctions({ outDirectory: folder });
  return folder;
}

export interface CloudOptions extends Partial<LocalCloudOptions> {
  throttle?: WebSocketApi['throttle'];
}

/** The built functions in the local cloud. `close` also removes its data. */
export async function startCloud({ throttle, ...options }: CloudOptions = {}): Promise<AttackedCloud> {
  const folder = await mkdtemp(join(tmpdir(), 'cloud-resume-attack-'));
  const directory = await functionsDirectory();
  const warnings: string[] = [];
  const dataDirectory = options.dataDirectory ?? join(folder, 'data');
  const remove = () => rm(folder, { recursive: true, force: true });
  const starting = startLocalCloud({
    host: '127.0.0.1',
    port: 0,
    site: SITE,
    topology(allowedOrigins) {
      const settings = { functionsDirectory: directory, allowedOrigins, connectionsPerAddress: 0 };
      const topology = localTopology(settings);
      if (throttle) topology.webSocketApi.throttle = throttle;
      return topology;
    },
    log: (level, message) => {
      if (level === 'warn' || level === 'error') warnings.push(message);
    },
    ...options,
    dataDirectory,
  });
  const cloud = await starting.catch(async (error: unknown) => {
    await remove();
    throw error;
  });
  return {
    ...cloud,
    dataDirectory,
    port: Number(new URL(cloud.url).port),
    warnings,
    async close() {
      await cloud.close();
      await remove();
    },
  };
}
