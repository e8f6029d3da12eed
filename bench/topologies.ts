/** Our system as `npm start` runs it, and the first design, on the same local cloud. */
import { join } from 'node:path';
import { localTopology } from '../local-cloud/counter-topology.ts';
import type { LambdaFunction, Topology } from '../local-cloud/topology.ts';
import { firstDesign } from './baseline/topology.ts';
import { BASELINE, OURS, POSTER } from './build.ts';
import { throughProxy } from './capacity/proxy.ts';
import { shortName } from './usage.ts';

export interface Variant {
  design: 'ours' | 'first design';
  /** URL of the proxy through which the functions reach DynamoDB. */
  dynamodbProxy?: string;
  /** Folder of the functions, if not the built ones. */
  code?: string;
  /** Added to the environment of each function, by its short name. */
  environment?: Record<string, Record<string, string>>;
  /** Origin of the page. */
  origin?: string;
  /** POSTS_PER_SECOND. Default: as shipped. */
  postsPerSecond?: number;
  /** Pages that connect before the measurement. The first design broadcasts nothing until then. */
  seats?: number;
}

/** Longer than any run: reconciliation is part of the model, not of the storms. */
const NO_RECONCILIATION_SECONDS = 24 * 3600;
/** The route of the function that posts. */
export const POST_ROUTE = 'bench-post';

export function topologyOf(variant: Variant): Topology {
  const ours = localTopology({
    functionsDirectory: OURS,
    allowedOrigins: [variant.origin ?? 'http://localhost'],
    reconcileEverySeconds: NO_RECONCILIATION_SECONDS,
    ...(variant.postsPerSecond && { postsPerSecond: variant.postsPerSecond }),
  });
  const { design, dynamodbProxy, code, environment = {} } = variant;
  const shipped = code ? ours : withPoster(ours);
  const plain = design === 'ours' ? shipped : firstDesign(ours, BASELINE, variant.seats ?? 0);
  const topology = dynamodbProxy ? throughProxy(plain, dynamodbProxy) : plain;
  return {
    ...topology,
    functions: topology.functions.map((fn) => ({
      ...fn,
      ...(code && { codeDirectory: join(code, shortName(fn)) }),
      environment: { ...fn.environment, ...environment[shortName(fn)] },
    })),
  };
}

/** Lambda gives one whole processor to this much memory. */
export const WHOLE_PROCESSOR_MB = 1_769;

/** Memory of the deployed functions in MB, by short name. */
export function shippedMemory(): Record<string, number> {
  const { functions } = localTopology({ functionsDirectory: '', allowedOrigins: [] });
  return Object.fromEntries(functions.map((fn) => [shortName(fn), fn.memorySize]));
}

function withPoster(topology: Topology): Topology {
  const [, broadcaster] = topology.functions as [LambdaFunction, LambdaFunction];
  const poster = { ...broadcaster, functionName: 'bench-poster', codeDirectory: POSTER };
  const route = { routeKey: POST_ROUTE, functionName: poster.functionName, routeResponse: true };
  return {
    ...topology,
    functions: [...topology.functions, poster],
    webSocketApi: { ...topology.webSocketApi, routes: [...topology.webSocketApi.routes, route] },
  };
}
