import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseRoutes } from '../target.ts';
import type { Program } from './external.ts';

const SCRIPT = fileURLToPath(new URL('local-cloud-process.ts', import.meta.url));

/** The whole local cloud as its own program, to be compared with the others. */
export const localCloud: Program = {
  name: 'local cloud',
  version: '',
  async prepare(folder, [port], handlerOf) {
    const routes = parseRoutes().map((route) => ({
      ...route,
      functionName: route.routeKey.replace('$', ''),
    }));
    for (const { routeKey, functionName } of routes) {
      await mkdir(join(folder, functionName));
      await writeFile(join(folder, functionName, 'index.mjs'), handlerOf(routeKey, 'esm'));
    }
    const topology = {
      region: 'eu-central-1',
      functions: routes.map(({ functionName }) => ({
        functionName,
        codeDirectory: functionName,
        timeout: 29,
        memorySize: 256,
      })),
      webSocketApi: { apiId: 'aabbccdd', stage: 'live', routes },
    };
    await writeFile(join(folder, 'topology.json'), JSON.stringify(topology));
    return {
      command: process.execPath,
      args: ['--import', 'tsx', SCRIPT, folder, String(port)],
      cwd: fileURLToPath(new URL('../../../..', import.meta.url)),
      webSocketUrl: `ws://127.0.0.1:${port}/live`,
      stageFile: join(folder, 'stage.json'),
    };
  },
};
