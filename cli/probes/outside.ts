/** A live site seen from outside, by whoever knows its address. */
import { lookAtCertificate } from './certificate.ts';
import { lookAtCounter, type CounterOptions } from './counter.ts';
import { bad, good, reasonOf, unknown, type Finding } from './finding.ts';
import { lookAtHeaders, lookAtPolicy } from './headers.ts';
import {
  fetchWithin,
  lookAtAssets,
  lookAtEndpoint,
  lookAtMissingPage,
  lookAtPage,
  lookAtResume,
} from './page.ts';

export interface OutsideOptions extends Pick<CounterOptions, 'timeout' | 'pushTimeout' | 'logOf'> {
  /** Milliseconds since 1970. */
  now: () => number;
}

export async function lookFromOutside(url: URL, options: OutsideOptions): Promise<Finding[]> {
  const get = fetchWithin(options.timeout);
  const { finding, page } = await lookAtPage(url, get);
  const health = isLoopback(url) ? await lookAtHealth(url, get) : [];
  const certificate = (of: URL) => lookAtCertificate(of, options.timeout, options.now());
  if (!page) return [finding, ...health, ...(url.protocol === 'https:' ? [await certificate(url)] : [])];

  const endpoint = lookAtEndpoint(page);
  const findings = [
    finding,
    lookAtHeaders(page),
    lookAtPolicy(page),
    await lookAtAssets(page, get),
    await lookAtResume(page, get),
    await lookAtMissingPage(page, get),
    ...(page.url.protocol === 'https:' ? [await certificate(page.url)] : []),
    endpoint,
  ];
  if (endpoint.state === 'bad')
    return [...findings, unknown('counter', 'not looked at: the page does not lead there'), ...health];

  const address = new URL(page.endpoint!);
  if (address.protocol === 'wss:' && address.host !== page.url.host)
    findings.push(await certificate(address));
  const counter = await lookAtCounter({ ...options, endpoint: page.endpoint!, origin: page.url.origin });
  return [...findings, ...counter, ...health];
}

/** A server on this machine says itself how its stations are. */
async function lookAtHealth(url: URL, get: (url: URL) => Promise<Response>): Promise<Finding[]> {
  try {
    const response = await get(new URL('/healthz', url));
    const text = await response.text();
    return [
      response.status === 200
        ? good('health', text)
        : bad(
            'health',
            `${response.status} ${text}`,
            'The causes name what does not work; start again with --verbose to read the log.',
          ),
    ];
  } catch (error) {
    return [unknown('health', `no answer (${reasonOf(error)})`)];
  }
}

const isLoopback = ({ hostname }: URL): boolean =>
  hostname === 'localhost' || hostname.startsWith('127.') || hostname === '[::1]';
