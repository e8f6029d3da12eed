/** A visit: one page opened in one tab. The page creates the id and sends it as `?visit=<id>`. */

export const VISIT_QUERY_PARAMETER = 'visit';

/** 8 to 64 URL-safe characters; `crypto.randomUUID()` fits. */
export const VISIT_ID_PATTERN = /^[A-Za-z0-9_-]{8,64}$/;

/** A visit id is remembered for this long after it was last seen. Longer than any connection can last (2 h). */
export const VISIT_MEMORY_SECONDS = 24 * 60 * 60;

/** Reserved for smoke tests of a live site: connected like any other visit, never counted. */
export const SMOKE_VISIT_ID = 'smoke-test-visit';

/** `?for=<link id>` on the page and on the socket: the counted link through which a visit came. */
export const LINK_QUERY_PARAMETER = 'for';

/**
 * A readable part of up to 40 characters and 40 random bits in base32: `acme-platform-team-7f3kq2ma`. Only the owner creates links, so an id
 * that matches need not exist.
 */
export const LINK_ID_PATTERN = /^[a-z0-9][a-z0-9-]{0,39}-[a-z2-7]{8}$/;

/** `?me` marks a browser as its owner's, `?me=no` removes the mark. The socket of a marked page sends `me=1`, which overrides a link. */
export const OWN_VISIT_QUERY_PARAMETER = 'me';

/** The page's path in the site manifest (`de`), sent with the handshake of every page but the index. */
export const EDITION_QUERY_PARAMETER = 'edition';
