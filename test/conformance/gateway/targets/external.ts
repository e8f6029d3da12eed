/**
 * A gateway that runs as its own program with its own function runner. Its functions send each event to this process and return what the
 * test wants. All facts share one stage, because such a program takes seconds to start.
 */
import { createServer } from 'node:http';
import { readFile } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { findFreePort } from '../../../../local-cloud/dynamodb/free-port.ts';
import { spawnTied, type TiedProcess } from '../../../../local-cloud/dynamodb/tied-process.ts';
import { temporaryFolder } from '../../../support/temporary-folder.ts';
import { Client } from '../client.ts';
import { scriptFunctions } from '../scripted-functions.ts';
import { Unsupported, unsupported, type Stage, type Target } from '../target.ts';
import { closeSockets } from '../wire.ts';
import type { Program } from './programs.ts';

export interface ExternalTarget extends Required<Target> {
  process: TiedProcess;
  /** From the start of the program until it accepted a WebSocket. */
  startMs: number;
  hasEnded(): boolean;
  stop(): Promise<void>;
}

const START_PATIENCE_MS = 120_000;
/** After a fact: time for late `$disconnect` events, which the next fact must not see. */
const SETTLE_MS = 300;

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
  const prepared = await program.prepare(folder, ports, (routeKey, format) =>
    handlerSource(url, routeKey, format),
  );
  const { command, args, webSocketUrl } = prepared;
  const started = performance.now();
  const process = spawnTied(command, args, {
    cwd: folder,
    env: { ...globalThis.process.env, ...prepared.env },
  });
  let ended: string | undefined;
  void process.ended.then(({ message }) => (ended = message));
  const stop = async () => {
    await process.stop(5_000);
    control.closeAllConnections();
    await new Promise((resolve) => control.close(resolve));
  };
  for (const until = started + START_PATIENCE_MS; !(await accepts(webSocketUrl)); await sleep(50)) {
    if (ended === undefined && performance.now() < until) continue;
    await stop();
    throw new Error(`${program.name} does not accept connections: ${ended ?? 'it still starts'}`);
  }
  const startMs = performance.now() - started;
  const printed = prepared.managementEndpoint ? '' : await readFile(join(folder, 'printed'), 'utf8');
  const [, endpoint = '', accessKeyId = 'local', secretAccessKey = 'local'] =
    /@connections: (\S+)\s.*_ID=(\S+) AWS_SECRET_ACCESS_KEY=(\S+)/.exec(printed) ?? [];
  return {
    name: program.name,
    process,
    startMs,
    hasEnded: () => ended !== undefined,
    stop,
    async deploy(setup = {}): Promise<Stage> {
      if (Object.keys(setup).length > 0) throw new Unsupported('another stage');
      return {
        webSocketUrl,
        managementEndpoint: prepared.managementEndpoint ?? endpoint,
        region: 'eu-central-1',
        credentials: { accessKeyId, secretAccessKey },
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

const accepts = (url: string) =>
  Client.open(url).then(
    (client) => (client.socket.terminate(), true),
    () => false,
  );

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
