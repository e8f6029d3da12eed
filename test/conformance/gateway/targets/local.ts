import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createGateway } from '../../../../local-cloud/api-gateway/index.ts';
import { createManualClock } from '../../../../local-cloud/manual-clock.ts';
import { scriptFunctions } from '../scripted-functions.ts';
import { parseRoutes, type Target } from '../target.ts';

const region = 'eu-central-1';
const credentials = { accessKeyId: 'AKIDLOCAL', secretAccessKey: 'local-secret' };

/** The local cloud's gateway behind a public server, with functions that the test scripts. */
export const localTarget: Target = {
  name: 'local gateway',
  async deploy({ routes, throttle, limits } = {}) {
    // The clock starts at the real time, with which the SDK signs, then stands still.
    const clock = createManualClock(Date.now());
    const { invoke, releaseAll, ...functions } = scriptFunctions();
    const gateway = createGateway({
      api: {
        apiId: 'aabbccdd',
        stage: 'live',
        routeSelectionExpression: '$request.body.action',
        // Each route has its own function with the route's name.
        routes: parseRoutes(routes).map((route) => ({ ...route, functionName: route.routeKey })),
        ...(throttle && { throttle }),
      },
      region,
      credentials,
      invoke,
      clock,
      ...(limits && { limits }),
    });
    const server = createServer((request, response) => {
      if (gateway.handleRequest(request, response)) return;
      response.writeHead(404).end();
    });
    server.on('upgrade', gateway.handleUpgrade);
    const managementEndpoint = await gateway.listen();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return {
      webSocketUrl: `ws://127.0.0.1:${(server.address() as AddressInfo).port}/live`,
      managementEndpoint,
      region,
      credentials,
      ...functions,
      now: clock.now,
      advance: clock.advance,
      shutDown: () => gateway.close(),
      async dispose() {
        releaseAll();
        await gateway.close();
        server.closeAllConnections();
        await new Promise((resolve) => server.close(resolve));
      },
    };
  },
};
