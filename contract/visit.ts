/** A visit: one page opened in one tab. The page creates the id and sends it as `?visit=<id>`. */

export const VISIT_QUERY_PARAMETER = 'visit';

/** 8 to 64 URL-safe characters; `crypto.randomUUID()` fits. */
export const VISIT_ID_PATTERN = /^[A-Za-z0-9_-]{8,64}$/;

/** A visit id is remembered for this long after it was last seen. Longer than any connection can last (2 h). */
export const VISIT_MEMORY_SECONDS = 24 * 60 * 60;

/** Reserved for smoke tests of a live site: connected like any other visit, never counted. */
export const SMOKE_VISIT_ID = 'smoke-test-visit';
