/**
 * A gateway that runs as its own program with its own function runner. Its functions send each event to this process and return what the
 * test wants. All facts share one stage, because such a program takes seconds to start.
 */
import { createServer } from 'node:http';
import { readFile } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { findFreePort } from '../../../../local-cloud/dynamodb/free-port.ts';
import { spawnTied, type TiedProcess } from '../../../../local-cloud/dynamodb/tied-process.ts';
import { temporaryFolder } from '../../../support/temporary-folder.ts';
import { Client } from '../client.ts';
import { scriptFunctions } from '../scripted-functions.ts';
import { Unsupported, unsupported, type Stage, type Target } from '../target.ts';
import { closeSockets } from '../wire.ts';

export interface Program {
  name: string;
  version: string;
  /** Writes the app into `folder`. @param handlerOf source of a route's function, as a CommonJS or ES module */
  prepare(folder: string, ports: number[], handlerOf: HandlerSource): Promise<Command>;
}

export type HandlerSource = (routeKey: string, format: 'cjs' | 'esm') => string;

export interface Command {
  command: string;
  args: string[];
  webSocketUrl: string;
  managementEndpoint?: string;
  /** JSON file that the program writes before it accepts connections: `{managementEndpoint, credentials}`. */
  stageFile?: string;
  /** Default: the app's folder. */
  cwd?: string;
  env?: Record<string, string>;
}

export interface ExternalTarget extends Target {
  process: TiedProcess;
  /** From the start of the program until it accepted a WebSocket. */
  startMs: number;
  hasEnded(): boolean;
  stop(): Promise<void>;
}

const START_PATIENCE_MS = 120_000;
/** After a fact: time for late `$disconnect` events, which the next fact must not see. */
const SETTLE_MS = 300;
const CREDENTIALS = { accessKeyId: 'AKIDLOCAL', secretAccessKey: 'local-secret' };

export async function startExternal(program: Program): Promise<ExternalTarget> {
  const folder = temporaryFolder();
  let functions = scriptFunctions();
  const control = createServer(async (request, response) => {
    const routeKey = decodeURIComponent(request.url!.slice(1));
    const { payload, functionError } = await functions.invoke(routeKey, JSON.parse(await text(request)));
    response.end(JSON.stringify({ payload, error: functionError?.errorMessage }));
  });
  await new Promise<void>((resolve) => control.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(control.address() as AddressInfo).port}/`;
  const ports = await Promise.all(Array.from({ length: 4 }, () => findFreePort()));
  const {
    command,
    args,
    env,
    cwd = folder,
    stageFile,
    ...stage
  } = await program.prepare(folder, ports, (routeKey, format) => handlerSource(url, routeKey, format));
  const started = performance.now();
  const process = spawnTied(command, args, { cwd, env: { ...globalThis.process.env, ...env } });
  let hasEnded = false;
  void process.ended.then(() => (hasEnded = true));
  const stop = async () => {
    await process.stop(5_000);
    control.closeAllConnections();
    await new Promise((resolve) => control.close(resolve));
  };
  try {
    await untilAccepts(stage.webSocketUrl, process);
  } catch (error) {
    await stop();
    throw error;
  }
  const startMs = performance.now() - started;
  const written = stageFile ? (JSON.parse(await readFile(stageFile, 'utf8')) as Partial<Stage>) : {};
  return {
    name: `${program.name} ${program.version}`,
    process,
    startMs,
    hasEnded: () => hasEnded,
    stop,
    async deploy(setup = {}): Promise<Stage> {
      if (Object.keys(setup).length > 0) throw new Unsupported('another stage');
      return {
        managementEndpoint: '',
        ...stage,
        region: 'eu-central-1',
        credentials: CREDENTIALS,
        ...written,
        ...functions,
        now: Date.now,
        advance: unsupported('time'),
        shutDown: unsupported('shutdown'),
        dispose: async () => {},
      };
    },
    async reset() {
      functions.releaseAll();
      closeSockets();
      // A function that a fact left hanging fails.
      control.closeAllConnections();
      await sleep(SETTLE_MS);
      functions = scriptFunctions();
    },
  };
}

async function untilAccepts(url: string, process: TiedProcess): Promise<void> {
  let ended: string | undefined;
  void process.ended.then(({ message }) => (ended = message));
  for (const until = performance.now() + START_PATIENCE_MS; performance.now() < until;) {
    if (ended !== undefined) throw new Error(`The gateway ended: ${ended}`);
    const accepted = await Client.open(url).then(
      (client) => (client.socket.terminate(), true),
      () => false,
    );
    if (accepted) return;
    await sleep(50);
  }
  throw new Error(`The gateway did not accept a connection within ${START_PATIENCE_MS / 1000} s.`);
}

function handlerSource(control: string, routeKey: string, format: 'cjs' | 'esm'): string {
  return `
    ${format === 'esm' ? 'export const handler =' : 'exports.handler ='} async (event) => {
      const body = JSON.stringify(event);
      const response = await fetch(${JSON.stringify(control + encodeURIComponent(routeKey))}, { method: 'POST', body });
      const { payload, error } = await response.json();
      if (error) throw new Error(error);
      return payload;
    };
  `;
}
