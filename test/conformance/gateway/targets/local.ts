import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createGateway } from '../../../../local-cloud/api-gateway/index.ts';
import { createManualClock } from '../../../../local-cloud/manual-clock.ts';
import type { WebSocketApi } from '../../../../local-cloud/topology.ts';
import { ScriptedFunctions } from '../scripted-functions.ts';
import type { Stage, StageSetup, Target } from '../target.ts';

const REGION = 'eu-central-1';
const CREDENTIALS = { accessKeyId: 'AKIDLOCAL', secretAccessKey: 'local-secret' };
const DEFAULT_ROUTES = ['$connect', '$disconnect', 'hello!', 'quiet'];

/** The local cloud's gateway behind a public server, with functions that the test scripts. */
export const localTarget: Target = {
  name: 'local gateway',
  capabilities: new Set(['limits', 'time', 'hold', 'shutdown', 'routes']),
  deploy,
};

async function deploy(setup: StageSetup = {}): Promise<Stage> {
  // The clock starts at the real time, with which the SDK signs, then stands still.
  const clock = createManualClock(Date.now());
  const functions = new ScriptedFunctions();
  const gateway = createGateway({
    api: api(setup),
    region: REGION,
    credentials: CREDENTIALS,
    invoke: functions.invoke,
    clock,
    ...(setup.limits && { limits: setup.limits }),
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
    region: REGION,
    credentials: CREDENTIALS,
    answer: (routeKey, answer) => functions.answer(routeKey, answer),
    hold: (routeKey) => functions.hold(routeKey),
    nextEvent: (routeKey) => functions.nextEvent(routeKey),
    now: () => clock.now(),
    advance: (milliseconds) => clock.advance(milliseconds),
    shutDown: () => gateway.close(),
    async dispose() {
      functions.releaseAll();
      await gateway.close();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** Each route has its own function with the route's name. */
function api({ routes = DEFAULT_ROUTES, throttle }: StageSetup): WebSocketApi {
  return {
    apiId: 'aabbccdd',
    stage: 'live',
    routeSelectionExpression: '$request.body.action',
    routes: routes.map((route) => {
      const routeKey = route.replace(/!$/, '');
      return { routeKey, functionName: routeKey, routeResponse: route.endsWith('!') };
    }),
    ...(throttle && { throttle }),
  };
}
