import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { tool } from '../../../support/tools.ts';
import { parseRoutes } from '../target.ts';
import type { Program } from './external.ts';

/** The maintained fork of Serverless Framework 3. */
const OSLS = '4.3.1';
const PLUGIN = '14.8.2';

/** @returns the folders of the framework and the plugin */
export const fetchServerlessOffline = () =>
  Promise.all([tool('osls', OSLS), tool('serverless-offline', PLUGIN, { withoutPeers: true })]);

export const serverlessOffline: Program = {
  name: 'serverless-offline',
  version: PLUGIN,
  async prepare(folder, [webSocketPort, httpPort, lambdaPort], handlerOf) {
    const [osls, plugin] = await fetchServerlessOffline();
    await mkdir(join(folder, 'node_modules'));
    await symlink(plugin, join(folder, 'node_modules', 'serverless-offline'), 'junction');
    const functions: Record<string, object> = {};
    for (const [i, { routeKey, routeResponse }] of parseRoutes().entries()) {
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
    return {
      command: process.execPath,
      args: [
        join(osls, 'bin', 'serverless.js'),
        'offline',
        `--websocketPort=${webSocketPort}`,
        `--httpPort=${httpPort}`,
        `--lambdaPort=${lambdaPort}`,
      ],
      webSocketUrl: `ws://localhost:${webSocketPort}`,
      managementEndpoint: `http://localhost:${webSocketPort}`,
    };
  },
};
