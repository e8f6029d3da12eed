/** How each local gateway is started with the usual stage and functions that ask this process what to answer. */
import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { tool } from '../../../support/tools.ts';
import { parseRoutes } from '../target.ts';

export interface Program {
  name: string;
  /** Writes the app into `folder`. @param handlerOf source of a route's function, as a CommonJS or ES module */
  prepare(folder: string, ports: number[], handlerOf: HandlerSource): Promise<Command>;
}

export type HandlerSource = (routeKey: string, format: 'cjs' | 'esm') => string;

export interface Command {
  command: string;
  args: string[];
  webSocketUrl: string;
  /** Otherwise the program prints it with its credentials, into the file `printed` in the app's folder. */
  managementEndpoint?: string;
  env?: Record<string, string>;
}

const routes = parseRoutes();

export const localCloud: Program = {
  name: 'local cloud',
  async prepare(folder, [port], handlerOf) {
    const functions = routes.map(({ routeKey }) => routeKey.replace('$', ''));
    for (const [i, { routeKey }] of routes.entries()) {
      await mkdir(join(folder, functions[i]!));
      await writeFile(join(folder, functions[i]!, 'index.mjs'), handlerOf(routeKey, 'esm'));
    }
    const topology = {
      region: 'eu-central-1',
      functions: functions.map((name) => ({
        functionName: name,
        codeDirectory: name,
        timeout: 29,
        memorySize: 256,
      })),
      webSocketApi: {
        apiId: 'aabbccdd',
        stage: 'live',
        routes: routes.map((route, i) => ({ ...route, functionName: functions[i] })),
      },
    };
    await writeFile(join(folder, 'topology.json'), JSON.stringify(topology));
    const start = `exec "$0" '${resolve('cli/main.mjs')}' cloud --topology topology.json --port ${port} >printed`;
    return {
      command: 'sh',
      args: ['-c', start, process.execPath],
      webSocketUrl: `ws://127.0.0.1:${port}/live`,
    };
  },
};

/** The maintained fork of Serverless Framework 3. */
const OSLS = '4.3.1';
const PLUGIN = '14.8.2';

export const serverlessOffline: Program = {
  name: `serverless-offline ${PLUGIN}`,
  async prepare(folder, [webSocketPort, httpPort, lambdaPort], handlerOf) {
    const osls = await tool('osls', OSLS);
    const plugin = await tool('serverless-offline', PLUGIN, { withoutPeers: true });
    await mkdir(join(folder, 'node_modules'));
    await symlink(plugin, join(folder, 'node_modules', 'serverless-offline'), 'junction');
    const functions: Record<string, object> = {};
    for (const [i, { routeKey, routeResponse }] of routes.entries()) {
      const websocket = {
        route: routeKey,
        ...(routeResponse && { routeResponseSelectionExpression: '$default' }),
      };
      functions[`route${i}`] = { handler: `route${i}.handler`, events: [{ websocket }] };
      await writeFile(join(folder, `route${i}.js`), handlerOf(routeKey, 'cjs'));
    }
    // JSON is YAML.
    await writeFile(
      join(folder, 'serverless.yml'),
      JSON.stringify({
        service: 'conformance',
        frameworkVersion: '*',
        provider: {
          name: 'aws',
          runtime: 'nodejs20.x',
          region: 'eu-central-1',
          websocketsApiRouteSelectionExpression: '$request.body.action',
        },
        functions,
        plugins: ['serverless-offline'],
      }),
    );
    const ports = { websocketPort: webSocketPort, httpPort, lambdaPort };
    return {
      command: process.execPath,
      args: [
        join(osls, 'bin', 'serverless.js'),
        'offline',
        ...Object.entries(ports).map(([name, port]) => `--${name}=${port}`),
      ],
      webSocketUrl: `ws://localhost:${webSocketPort}`,
      managementEndpoint: `http://localhost:${webSocketPort}`,
    };
  },
};

/** The last version for Node.js 20. */
const SANDBOX = '8.0.0';

export const architectSandbox: Program = {
  name: `Architect Sandbox ${SANDBOX}`,
  async prepare(folder, [http, events, arc, tables], handlerOf) {
    const sandbox = await tool('@architect/sandbox', SANDBOX);
    const keys = routes.map(({ routeKey }) => routeKey);
    const custom = keys.filter((key) => !key.startsWith('$'));
    await writeFile(join(folder, 'app.arc'), `@app\nconformance\n\n@ws\n${custom.join('\n')}\n`);
    await writeFile(join(folder, 'prefs.arc'), '@sandbox\nno-hydrate true\nlivereload false\n');
    // It always has $default.
    for (const key of [...keys, '$default']) {
      const route = join(folder, 'src', 'ws', key.replace('$', ''));
      await mkdir(route, { recursive: true });
      await writeFile(join(route, 'index.mjs'), handlerOf(key, 'esm'));
    }
    return {
      command: process.execPath,
      args: [join(sandbox, 'src', 'cli', 'cli.js')],
      webSocketUrl: `ws://localhost:${http}`,
      managementEndpoint: `http://localhost:${arc}/_arc/ws`,
      env: {
        ARC_HTTP_PORT: String(http),
        ARC_EVENTS_PORT: String(events),
        ARC_INTERNAL_PORT: String(arc),
        ARC_TABLES_PORT: String(tables),
        CI: '1',
        NO_UPDATE_NOTIFIER: '1',
        AWS_ACCESS_KEY_ID: 'local',
        AWS_SECRET_ACCESS_KEY: 'local',
        AWS_EC2_METADATA_DISABLED: 'true',
      },
    };
  },
};
