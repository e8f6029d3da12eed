/** The WebSocket API's routes. */
import type { APIGatewayProxyResult } from 'aws-lambda';
import type { Database } from '../shared/dynamodb.ts';
import type { Log } from '../shared/log.ts';
import { accept, type Surroundings } from './count-visit.ts';
import { connect } from './connect.ts';
import { disconnect } from './disconnect.ts';
import { checkRateLimit } from './rate-limit.ts';
import { answer, type WebSocketEvent } from './event.ts';
import { hello } from './hello.ts';
import { ping } from './ping.ts';

export interface UpdaterOptions extends Surroundings {
  database: Database;
  allowedOrigins: ReadonlySet<string>;
  /** Connections that one address may open in ten minutes; 0 is without limit. */
  connectionsPerAddress: number;
  log: Log;
}

/** A Lambda handler for API Gateway's WebSocket events. What it throws becomes API Gateway's "Internal server error". */
export function createUpdater(
  options: UpdaterOptions,
): (event: WebSocketEvent) => Promise<APIGatewayProxyResult> {
  const { database, allowedOrigins, log } = options;
  return async (event) => {
    const { routeKey, connectionId, connectedAt } = event.requestContext;
    switch (routeKey) {
      case '$connect':
        return connect(event, {
          allowedOrigins,
          checkRateLimit: (sourceIp) =>
            checkRateLimit(database, sourceIp, options.connectionsPerAddress, options.now()),
          accept: async (newcomer) => {
            const outcome = await accept(database, newcomer, options);
            log(
              'info',
              'connected',
              { connectionId, visit: outcome },
              outcome === 'counted' ? { VisitsCounted: 1 } : {},
            );
            return outcome;
          },
        });
      case '$disconnect':
        await disconnect(database, connectionId, options);
        log('info', 'disconnected', { connectionId });
        return answer(200);
      case 'hello':
        return answer(200, await hello(database));
      case 'ping':
        return answer(200, await ping(database, connectionId, connectedAt, options));
      default:
        return answer(404, { message: `There is no route ${routeKey}` });
    }
  };
}
