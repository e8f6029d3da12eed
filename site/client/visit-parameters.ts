/** What the page's URL says about its visit: it came through a counted link, or it is its owner's. */
import {
  EDITION_QUERY_PARAMETER,
  LINK_ID_PATTERN,
  LINK_QUERY_PARAMETER,
  OWN_VISIT_QUERY_PARAMETER,
} from '../../contract/visit.ts';

const LINK_STORAGE_KEY = 'cloud-resume:link';
const OWN_STORAGE_KEY = 'cloud-resume:own';

export interface VisitParameters {
  /** For the socket, in addition to the visit id. */
  query: Record<string, string>;
  own: boolean;
  linked: boolean;
  /** The page's URL if it has changed. A copied address must not spread the link. */
  cleanUrl: string | undefined;
}

/**
 * @param tab remembers the link for reloads and reconnects
 * @param browser remembers its owner
 * @param takesLinks whether the page says that a link counts. Otherwise links are ignored.
 */
export function visitParameters(
  url: string,
  tab: () => Storage,
  browser: () => Storage,
  takesLinks: boolean,
): VisitParameters {
  const address = new URL(url);
  const { searchParams } = address;
  /** Takes a parameter out of the address. A valid one is remembered, any other ends what was remembered. */
  const take = (name: string, key: string, storage: () => Storage, isValid: (value: string) => boolean) => {
    const given = searchParams.get(name);
    searchParams.delete(name);
    const valid = given !== null && isValid(given) ? given : undefined;
    try {
      if (valid !== undefined) storage().setItem(key, valid);
      else if (given !== null) storage().removeItem(key);
      return storage().getItem(key);
    } catch {
      // With storage blocked, the parameter lasts until the page is closed.
      return valid;
    }
  };
  const own = take(OWN_VISIT_QUERY_PARAMETER, OWN_STORAGE_KEY, browser, (value) => value !== 'no') != null;
  const link = takesLinks
    ? take(LINK_QUERY_PARAMETER, LINK_STORAGE_KEY, tab, (value) => LINK_ID_PATTERN.test(value))
    : undefined;
  const linked = !own && link != null && LINK_ID_PATTERN.test(link);
  const edition = address.pathname
    .split('/')
    .at(-1)!
    .replace(/\.html$/, '');
  return {
    query: {
      ...(own && { [OWN_VISIT_QUERY_PARAMETER]: '1' }),
      ...(linked && { [LINK_QUERY_PARAMETER]: link }),
      ...(edition && edition !== 'index' && { [EDITION_QUERY_PARAMETER]: edition }),
    },
    own,
    linked,
    cleanUrl: address.search === new URL(url).search ? undefined : address.href,
  };
}
