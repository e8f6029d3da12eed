/** Lambda's event source mappings. moto accepts only its own tables' streams, so the shim stores the mappings. */
import { ACCOUNT, json, type Patch } from './patch.ts';

type Document = Record<string, unknown>;

const TAGS = /^\/2017-03-31\/tags\/(.*:event-source-mapping:([^:]+))$/;
const PATH = /^\/2015-03-31\/event-source-mappings\/?([^/]*)$/;
/** Fact: AWS's defaults. */
const DEFAULTS = {
  BisectBatchOnFunctionError: false,
  FunctionResponseTypes: [],
  MaximumBatchingWindowInSeconds: 0,
  MaximumRecordAgeInSeconds: -1,
  MaximumRetryAttempts: -1,
  ParallelizationFactor: 1,
  StateTransitionReason: 'User action',
  TumblingWindowInSeconds: 0,
};

export function eventSourceMappings(): Patch {
  const mappings = new Map<string, Document>();
  return async ({ method, path, body, region }) => {
    const tagged = decodeURIComponent(path).match(TAGS)?.[2];
    if (tagged) return json({ Tags: mappings.get(tagged)?.['Tags'] ?? {} });
    const [match, id] = path.match(PATH) ?? [];
    if (match === undefined) return undefined;
    if (method === 'POST') {
      const sent = JSON.parse(body) as Document;
      const UUID = `00000000-0000-4000-8000-${String(mappings.size + 1).padStart(12, '0')}`;
      const arn = (kind: string, name: string) => `arn:aws:lambda:${region}:${ACCOUNT}:${kind}:${name}`;
      mappings.set(UUID, {
        ...DEFAULTS,
        ...sent,
        UUID,
        EventSourceMappingArn: arn('event-source-mapping', UUID),
        FunctionArn: arn('function', String(sent['FunctionName']).split(':').at(-1)!),
        LastModified: 1_767_225_600,
        State: 'Enabled',
      });
      return json(mappings.get(UUID), 202);
    }
    if (!id) return json({ EventSourceMappings: [...mappings.values()] });
    const mapping = mappings.get(id);
    if (!mapping)
      return {
        ...json({ Type: 'User', message: 'The resource you requested does not exist.' }, 404),
        headers: { 'content-type': 'application/json', 'x-amzn-errortype': 'ResourceNotFoundException' },
      };
    if (method === 'PUT') {
      const { Enabled, ...changes } = JSON.parse(body) as Document;
      Object.assign(mapping, changes, Enabled !== undefined && { State: Enabled ? 'Enabled' : 'Disabled' });
    }
    if (method === 'DELETE') mappings.delete(id);
    return json(mapping, method === 'GET' ? 200 : 202);
  };
}
