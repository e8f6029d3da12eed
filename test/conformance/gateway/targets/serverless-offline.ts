import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { tool } from '../../../support/tools.ts';
import { ROUTES, type Program } from './external.ts';

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
    const functions = ROUTES.map((route, i) => {
      const routeKey = route.replace(/!$/, '');
      const websocket = {
        route: routeKey,
        ...(route.endsWith('!') && { routeResponseSelectionExpression: '$default' }),
      };
      return {
        name: `route${i}`,
        routeKey,
        definition: { handler: `route${i}.handler`, events: [{ websocket }] },
      };
    });
    for (const { name, routeKey } of functions)
      await writeFile(join(folder, `${name}.js`), handlerOf(routeKey, 'cjs'));
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
        functions: Object.fromEntries(functions.map(({ name, definition }) => [name, definition])),
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
