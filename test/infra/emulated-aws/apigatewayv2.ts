/**
 * API Gateway v2. moto has no deployments, does not store which one a stage serves and cannot update a stage. The shim stores
 * deployments and stages itself.
 */
import { json, type EmulatedResponse, type Patch } from './patch.ts';

type Document = Record<string, unknown>;
type Forward = Parameters<Patch>[1];

const PATH = /^\/v2\/apis\/([^/]+)\/(deployments|stages)(?:\/([^/]+))?$/;
const DATE = '2026-01-01T00:00:00Z';

export function apigatewayv2(): Patch {
  const documents = new Map<string, Document>();
  let created = 0;
  return async ({ method, path, body }, forward) => {
    const [, apiId, collection, name] = path.match(PATH) ?? [];
    if (/^\/v2\/apis(\/[^/]+)?$/.test(path)) return api(forward);
    if (!apiId || !collection) return undefined;
    const prefix = `${apiId}/${collection}/`;
    if (name === undefined) {
      if (method !== 'POST')
        return json({
          items: [...documents].filter(([key]) => key.startsWith(prefix)).map(([, value]) => value),
        });
      const document: Document = {
        createdDate: DATE,
        ...(collection === 'deployments'
          ? { deploymentId: `d${++created}`, deploymentStatus: 'DEPLOYED' }
          : { lastUpdatedDate: DATE, routeSettings: {}, stageVariables: {} }),
        ...JSON.parse(body),
      };
      const id = collection === 'deployments' ? 'deploymentId' : 'stageName';
      documents.set(prefix + String(document[id]), document);
      return json(document, 201);
    }
    const key = prefix + decodeURIComponent(name);
    const document = documents.get(key);
    if (!document) return notFound(collection);
    if (method === 'PATCH') Object.assign(document, JSON.parse(body));
    if (method === 'DELETE') {
      documents.delete(key);
      return { ...json(''), status: 204, body: '' };
    }
    return json(document);
  };
}

/** Fact: a header holds the error's name. */
function notFound(collection: string): EmulatedResponse {
  const answer = json({ message: `Invalid ${collection} identifier specified` }, 404);
  return { ...answer, headers: { ...answer.headers, 'x-amzn-errortype': 'NotFoundException' } };
}

/** Fact: a WebSocket API's endpoint begins with wss://; moto uses https:// for all. */
async function api(forward: Forward): Promise<EmulatedResponse> {
  const answer = await forward();
  if (answer.status >= 300 || answer.body === '') return answer;
  const document = JSON.parse(answer.body) as Document;
  if (document['protocolType'] === 'WEBSOCKET')
    document['apiEndpoint'] = String(document['apiEndpoint']).replace('https://', 'wss://');
  return json(document, answer.status);
}
