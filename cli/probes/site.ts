/** Checks a live site from outside, with nothing but its address. */
import { checkCertificate } from './certificate.ts';
import { checkCounter, type CounterOptions } from './counter-findings.ts';
import { bad, good, reasonOf, unknown, type Finding } from './finding.ts';
import { checkHeaders, checkPolicy } from './headers.ts';
import { checkAssets, checkEndpoint, checkMissingPage, checkPage, checkResume, fetchWithin } from './page.ts';

export interface SiteOptions extends Pick<CounterOptions, 'timeout' | 'pushTimeout' | 'logOf'> {
  /** Milliseconds since 1970. */
  now: () => number;
}

export async function checkSite(url: URL, options: SiteOptions): Promise<Finding[]> {
  const get = fetchWithin(options.timeout);
  const { finding, page } = await checkPage(url, get);
  const health = isLoopback(url) ? await checkHealth(url, get) : [];
  const certificate = (of: URL) => checkCertificate(of, options.timeout, options.now());
  if (!page) return [finding, ...health, ...(url.protocol === 'https:' ? [await certificate(url)] : [])];

  const endpoint = checkEndpoint(page);
  const findings = [
    finding,
    checkHeaders(page),
    checkPolicy(page),
    await checkAssets(page, get),
    await checkResume(page, get),
    await checkMissingPage(page, get),
    ...(page.url.protocol === 'https:' ? [await certificate(page.url)] : []),
    endpoint,
  ];
  if (endpoint.state === 'bad')
    return [...findings, unknown('counter', 'not checked: the page does not lead to it'), ...health];

  const address = new URL(page.endpoint!);
  if (address.protocol === 'wss:' && address.host !== page.url.host)
    findings.push(await certificate(address));
  const counter = await checkCounter({ ...options, endpoint: page.endpoint!, origin: page.url.origin });
  return [...findings, ...counter, ...health];
}

/** A server on this machine reports the health of its components. */
async function checkHealth(url: URL, get: (url: URL) => Promise<Response>): Promise<Finding[]> {
  try {
    const response = await get(new URL('/healthz', url));
    const text = await response.text();
    return [
      response.status === 200
        ? good('health', text)
        : bad(
            'health',
            `${response.status} ${text}`,
            'The causes name what does not work. Start again with --verbose to read the log.',
          ),
    ];
  } catch (error) {
    return [unknown('health', `no answer (${reasonOf(error)})`)];
  }
}

const isLoopback = ({ hostname }: URL): boolean =>
  hostname === 'localhost' || hostname.startsWith('127.') || hostname === '[::1]';
