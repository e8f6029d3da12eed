/** Makes a function's own DynamoDB client meet faults in its HTTP layer, in simulated time. */
import type { Http, HttpRequest, HttpResponse } from '../../../functions/shared/http.ts';
import { drawDatabaseFault, meet, operationOf, type DatabaseFault } from '../../../console/lab/faults.ts';
import { callOut, pauseOf } from './invocation.ts';
import type { Simulation } from './simulation.ts';

export interface DatabaseFaults {
  rate: number;
  kinds?: readonly DatabaseFault[];
}

export interface Call {
  operation: string;
  /** JSON as sent. */
  request: string;
  statusCode: number;
}

export interface FaultyHttpOptions {
  simulation: Simulation;
  /** Called for every request. */
  faults: () => DatabaseFaults;
  /** Called with every answer of the database, even if the client never gets it. */
  onAnswer?: (call: Call) => void;
  /** Called with every transaction that met a conflict. */
  onConflict?: (request: string) => void;
}

const LATEST_MS = 8_000;

export function faultyHttp(
  http: Http,
  { simulation, faults, onAnswer, onConflict }: FaultyHttpOptions,
): Http {
  /** The last answer to each eventually consistent read. */
  const answered = new Map<string, HttpResponse>();

  const forward = async (request: HttpRequest): Promise<HttpResponse> => {
    const response = await http(request);
    const { statusCode } = response;
    onAnswer?.({ operation: operationFor(request), request: request.body, statusCode });
    if (isEventuallyConsistent(request) && statusCode === 200) answered.set(request.body, response);
    return response;
  };

  const answer = async (request: HttpRequest, fault: DatabaseFault | undefined): Promise<HttpResponse> => {
    if (fault === 'conflict') onConflict?.(request.body);
    const old = fault === 'stale' && isEventuallyConsistent(request) && answered.get(request.body);
    if (old) return old;
    const response = await meet(fault, request.body, (body) => forward({ ...request, body }));
    if (response) return response;
    throw Object.assign(new Error('socket hang up'), { code: 'ECONNRESET' });
  };

  return async (request) => {
    const fault = drawDatabaseFault(simulation.random, operationFor(request), faults());
    if (fault === 'late') {
      simulation.after(simulation.random.below(LATEST_MS), () => {
        void simulation.call(() => forward(request)).catch(() => {});
      });
      await pauseOf(simulation, request.timeoutMs);
      throw new Error('no answer in time');
    }
    const response = await callOut(simulation, () => answer(request, fault));
    return { ...response, headers: { date: new Date(simulation.now()).toUTCString() } };
  };
}

const operationFor = ({ headers }: HttpRequest) => operationOf(headers['x-amz-target']);

function isEventuallyConsistent(request: HttpRequest): boolean {
  const isRead = ['BatchGetItem', 'GetItem'].includes(operationFor(request));
  return isRead && !request.body.includes('"ConsistentRead":true');
}
