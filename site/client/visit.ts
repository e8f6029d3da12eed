/** What the page says about its visit: its id, and whether it came through a counted link or is its owner's. */
import {
  EDITION_QUERY_PARAMETER,
  LINK_ID_PATTERN,
  LINK_QUERY_PARAMETER,
  OWN_VISIT_QUERY_PARAMETER,
  VISIT_ID_PATTERN,
  VISIT_QUERY_PARAMETER,
} from '../../contract/visit.ts';
import { read, write, type WebStorage } from './storage.ts';

const VISIT_STORAGE_KEY = 'cloud-resume:visit';
const LINK_STORAGE_KEY = 'cloud-resume:link';
const OWN_STORAGE_KEY = 'cloud-resume:own';

export interface Visit {
  /** For the socket. */
  query: Record<string, string>;
  own: boolean;
  linked: boolean;
  /** The page's URL if it has changed. A copied address must not spread the link. */
  cleanUrl: string | undefined;
}

/**
 * @param tab remembers the visit and its link for reloads and reconnects
 * @param browser remembers its owner
 * @param takesLinks whether the page says that a link counts. Otherwise links are ignored.
 */
export function visitOf(url: string, tab: WebStorage, browser: WebStorage, takesLinks: boolean): Visit {
  const address = new URL(url);
  let cleanUrl: string | undefined;
  /** Takes a parameter out of the address. A valid one is remembered, any other ends what was remembered. */
  const take = (name: string, key: string, storage: WebStorage, isValid: (value: string) => boolean) => {
    const given = address.searchParams.get(name);
    if (given === null) return read(storage, key);
    address.searchParams.delete(name);
    cleanUrl = address.href;
    const valid = isValid(given) ? given : null;
    write(storage, key, valid);
    return valid;
  };
  const isLink = (value: string) => LINK_ID_PATTERN.test(value);
  const own = take(OWN_VISIT_QUERY_PARAMETER, OWN_STORAGE_KEY, browser, (value) => value !== 'no') !== null;
  const link = takesLinks ? take(LINK_QUERY_PARAMETER, LINK_STORAGE_KEY, tab, isLink) : null;
  const linked = !own && link !== null && isLink(link);
  const [, edition] = /([^/]*?)(?:\.html)?$/.exec(address.pathname)!;
  return {
    query: {
      [VISIT_QUERY_PARAMETER]: visitId(tab),
      ...(own && { [OWN_VISIT_QUERY_PARAMETER]: '1' }),
      ...(linked && { [LINK_QUERY_PARAMETER]: link }),
      ...(edition && edition !== 'index' && { [EDITION_QUERY_PARAMETER]: edition }),
    },
    own,
    linked,
    cleanUrl,
  };
}

/** The tab's visit id, kept across reloads. `crypto.randomUUID` is missing on `http://192.168.0.7:4000`. */
function visitId(tab: WebStorage): string {
  const known = read(tab, VISIT_STORAGE_KEY);
  if (known && VISIT_ID_PATTERN.test(known)) return known;
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  const id = Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
  write(tab, VISIT_STORAGE_KEY, id);
  return id;
}
