/**
 * CloudFront. moto has no response headers policies and drops parts of a distribution (origin access control, certificate,
 * error pages). The shim stores each document as it was sent, like AWS.
 * Fact: a resource has an ETag; its configuration is replaced as a whole; a distribution must be disabled to be deleted.
 */
import { ACCOUNT, json, xml, type EmulatedResponse, type Patch } from './patch.ts';

const API = '/2020-05-31';

interface Kind {
  /** The answer's root element, and the element of the configuration in it. */
  element: string;
  configElement: string;
  idPrefix: string;
  details(id: string): string;
}

const KINDS: Record<string, Kind> = {
  distribution: {
    element: 'Distribution',
    configElement: 'DistributionConfig',
    idPrefix: 'E',
    details: (id) =>
      `<ARN>${arnOf(id)}</ARN><DomainName>d${id.toLowerCase()}.cloudfront.net</DomainName><Status>Deployed</Status>` +
      '<InProgressInvalidationBatches>0</InProgressInvalidationBatches>' +
      '<LastModifiedTime>2026-01-01T00:00:00Z</LastModifiedTime>',
  },
  'response-headers-policy': {
    element: 'ResponseHeadersPolicy',
    configElement: 'ResponseHeadersPolicyConfig',
    idPrefix: 'R',
    details: () => '<LastModifiedTime>2026-01-01T00:00:00Z</LastModifiedTime>',
  },
  'origin-access-control': {
    element: 'OriginAccessControl',
    configElement: 'OriginAccessControlConfig',
    idPrefix: 'O',
    details: () => '',
  },
};

interface Stored {
  config: string;
  version: number;
  tags: string;
}

export function cloudfront(): Patch {
  const stores = new Map(Object.keys(KINDS).map((kind) => [kind, new Map<string, Stored>()]));
  let created = 0;
  return async ({ method, path, query, body }) => {
    if (!path.startsWith(`${API}/`)) return undefined;
    const [collection = '', id, part] = path.slice(API.length + 1).split('/');
    if (collection === 'tagging') return tagging(query, body, method, stores.get('distribution')!);
    const kind = KINDS[collection];
    const store = stores.get(collection);
    if (!kind || !store) return undefined;
    if (id === undefined) {
      if (method !== 'POST')
        return xml(`<List>${[...store.keys()].map((key) => `<Id>${key}</Id>`).join('')}</List>`);
      const newId = `${kind.idPrefix}${String(++created).padStart(12, '0')}`;
      const tags = element(body, 'Tags') ?? '<Tags><Items/></Tags>';
      store.set(newId, { config: configOf(kind, body), version: 1, tags });
      return answer(kind, newId, store.get(newId)!, 201);
    }
    const stored = store.get(id);
    if (!stored) return missing(kind);
    if (part === 'invalidation') return invalidation(method);
    switch (`${method} ${part ?? ''}`) {
      case 'GET ':
        return answer(kind, id, stored);
      case 'GET config':
        return xml(stored.config, 200, { etag: String(stored.version) });
      case 'PUT ':
      case 'PUT config':
        stored.config = configOf(kind, body);
        stored.version++;
        return answer(kind, id, stored);
      case 'DELETE ':
        if (stored.config.includes('<Enabled>true</Enabled>') && collection === 'distribution')
          return xml(error('DistributionNotDisabled', 'The distribution is not disabled.'), 409);
        store.delete(id);
        return xml('', 204);
      default:
        return undefined;
    }
  };
}

function answer(kind: Kind, id: string, stored: Stored, status = 200): EmulatedResponse {
  return xml(`<${kind.element}><Id>${id}</Id>${kind.details(id)}${stored.config}</${kind.element}>`, status, {
    etag: String(stored.version),
    location: `https://cloudfront.amazonaws.com${API}/${id}`,
  });
}

/** Fact: AWS returns omitted lists as empty lists. */
const DISTRIBUTION_LISTS = ['Aliases', 'OriginGroups', 'CacheBehaviors', 'CustomErrorResponses'];

function configOf(kind: Kind, body: string): string {
  const config = element(body, kind.configElement) ?? '';
  if (kind.element !== 'Distribution') return config;
  const empty = DISTRIBUTION_LISTS.filter((name) => !config.includes(`<${name}>`))
    .map((name) => `<${name}><Quantity>0</Quantity></${name}>`)
    .join('');
  return config.replace('</DistributionConfig>', `${empty}</DistributionConfig>`);
}

/** The first element of that name with its content. Our elements are never nested in one of the same name. */
function element(text: string, name: string): string | undefined {
  return text.match(new RegExp(`<${name}[ >][\\s\\S]*</${name}>`))?.[0];
}

/** Fact: an invalidation is finished when its status is Completed. */
function invalidation(method: string): EmulatedResponse {
  const text =
    '<Invalidation><Id>I1</Id><Status>Completed</Status><CreateTime>2026-01-01T00:00:00Z</CreateTime></Invalidation>';
  return xml(text, method === 'POST' ? 201 : 200);
}

function tagging(
  query: URLSearchParams,
  body: string,
  method: string,
  distributions: Map<string, Stored>,
): EmulatedResponse {
  const stored = distributions.get(query.get('Resource')?.split('/').at(-1) ?? '');
  if (!stored) return missing(KINDS['distribution']!);
  if (method === 'GET') return xml(stored.tags);
  if (query.get('Operation') === 'Tag') stored.tags = element(body, 'Tags') ?? stored.tags;
  return { ...json(''), status: 204, body: '' };
}

function arnOf(id: string): string {
  return `arn:aws:cloudfront::${ACCOUNT}:distribution/${id}`;
}

function missing({ element }: Kind): EmulatedResponse {
  const code = element === 'Distribution' ? 'NoSuchDistribution' : `NoSuch${element}`;
  return xml(error(code, 'No such resource.'), 404);
}

function error(code: string, message: string): string {
  return `<ErrorResponse><Error><Type>Sender</Type><Code>${code}</Code><Message>${message}</Message></Error></ErrorResponse>`;
}
