/** Checks the page and its files, as a browser gets them. */
import { defaultTreeAdapter as tree, parse, type DefaultTreeAdapterTypes } from 'parse5';
import { bad, good, reasonOf, unknown, type Finding } from './finding.ts';

export interface Page {
  /** After redirects. */
  url: URL;
  headers: Headers;
  /** Inline. */
  scripts: string[];
  styles: string[];
  /** Files that the page loads from its own origin. */
  assets: URL[];
  /** The counter's absolute URL. The page names a path or a URL. */
  endpoint: string | undefined;
}

type Fetch = (url: URL) => Promise<Response>;

/** @param timeout for each answer, milliseconds */
export const fetchWithin =
  (timeout: number): Fetch =>
  (url) =>
    fetch(url, { signal: AbortSignal.timeout(timeout) });

/** @returns `page` is undefined where none was received */
export async function checkPage(url: URL, get: Fetch): Promise<{ finding: Finding; page?: Page }> {
  let response: Response;
  try {
    response = await get(url);
  } catch (error) {
    const remedy =
      url.hostname === 'localhost' || url.hostname === '127.0.0.1'
        ? 'Start the server: npm start'
        : 'Is the name right, and in DNS (npm run deploy lists the records)? Does its certificate match the name?';
    return { finding: bad('page', `${url.href} cannot be fetched (${reasonOf(error)})`, remedy) };
  }
  const type = response.headers.get('content-type') ?? 'no type';
  const text = await response.text();
  const seen = `${response.status}, ${type}, ${Math.ceil(text.length / 1024)} KB`;
  if (response.status !== 200 || !type.startsWith('text/html')) {
    const remedy =
      'Publish the site: npm run deploy. On your own server, check the proxy and GET /healthz behind it.';
    return { finding: bad('page', `${url.href} answers ${seen}`, remedy) };
  }
  return { finding: good('page', seen), page: readPage(text, response) };
}

function socketUrl(endpoint: string | undefined, page: URL): string | undefined {
  if (endpoint === undefined || !URL.canParse(endpoint, page)) return endpoint;
  return new URL(endpoint, page).href.replace(/^http/, 'ws');
}

function readPage(text: string, response: Response): Page {
  const url = new URL(response.url);
  const page: Page = {
    url,
    headers: response.headers,
    scripts: [],
    styles: [],
    assets: [],
    endpoint: undefined,
  };
  const asset = (reference: string | undefined) => {
    const target = reference !== undefined && URL.canParse(reference, url) && new URL(reference, url);
    if (target && target.origin === url.origin) page.assets.push(target);
  };
  for (const element of elements(parse(text))) {
    const attribute = (name: string) => element.attrs.find((one) => one.name === name)?.value;
    const content = () => element.childNodes.map((node) => ('value' in node ? node.value : '')).join('');
    if (element.tagName === 'meta' && attribute('name') === 'counter-endpoint')
      page.endpoint = socketUrl(attribute('content'), url);
    if (element.tagName === 'style') page.styles.push(content());
    if (element.tagName === 'img') asset(attribute('src'));
    if (element.tagName === 'link' && /stylesheet|icon|preload/.test(attribute('rel') ?? ''))
      asset(attribute('href'));
    if (element.tagName === 'script') {
      if (attribute('src') !== undefined) asset(attribute('src'));
      // Other types are data, which browsers do not run.
      else if (/^$|javascript|module/.test(attribute('type') ?? '')) page.scripts.push(content());
    }
  }
  return page;
}

function* elements(node: DefaultTreeAdapterTypes.ParentNode): Generator<DefaultTreeAdapterTypes.Element> {
  for (const child of node.childNodes) {
    if (tree.isElementNode(child)) yield child;
    if ('childNodes' in child) yield* elements(child);
  }
}

export function checkEndpoint({ url, endpoint }: Page): Finding {
  const check = 'endpoint';
  if (endpoint === undefined)
    return bad(
      check,
      'the page has no <meta name="counter-endpoint">',
      'Use a theme that shows the counter, or build with npm run build.',
    );
  if (!/^wss?:$/.test(URL.canParse(endpoint) ? new URL(endpoint).protocol : ''))
    return bad(check, `${endpoint} is not a ws or wss URL`, 'Publish again: npm run deploy');
  if (url.protocol === 'https:' && !endpoint.startsWith('wss:'))
    return bad(
      check,
      `${endpoint} is not encrypted, and browsers refuse it on an https page`,
      'Behind a proxy, start with --public-url and make the proxy send X-Forwarded-Proto.',
    );
  return good(check, endpoint);
}

export async function checkAssets({ assets }: Page, get: Fetch): Promise<Finding> {
  const problems: string[] = [];
  for (const url of assets) {
    const status = await get(url).then(
      async (response) => (await response.arrayBuffer(), response.status),
      (error: unknown) => reasonOf(error),
    );
    if (status !== 200) problems.push(`${url.pathname} (${status})`);
  }
  return problems.length > 0
    ? bad(
        'assets',
        `the page needs ${problems.join(', ')}`,
        'The page and its files come from different builds. Publish again: npm run deploy',
      )
    : good('assets', `${assets.length} files`);
}

export async function checkResume({ url }: Page, get: Fetch): Promise<Finding> {
  const remedy = 'It is built together with the page. Publish again: npm run deploy';
  try {
    const response = await get(new URL('/resume.json', url));
    const text = await response.text();
    if (response.status !== 200) return bad('resume.json', `answers ${response.status}`, remedy);
    const { basics } = JSON.parse(text) as { basics?: { name?: string } };
    return good('resume.json', `of ${basics?.name ?? 'someone without a name'}`);
  } catch (error) {
    return bad('resume.json', `is not JSON (${reasonOf(error)})`, remedy);
  }
}

export async function checkMissingPage({ url }: Page, get: Fetch): Promise<Finding> {
  const path = '/no-such-page-for-the-doctor';
  try {
    const response = await get(new URL(path, url));
    const text = await response.text();
    if (response.status !== 404)
      return bad(
        '404',
        `${path} answers ${response.status}`,
        'Missing files must be answered with 404. Check the error pages of the proxy or CDN in front.',
      );
    return /<html/i.test(text)
      ? good('404', 'with a page')
      : bad('404', 'without a page', 'Publish again, with 404.html: npm run deploy');
  } catch (error) {
    return unknown('404', `no answer (${reasonOf(error)})`);
  }
}
