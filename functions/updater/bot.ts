import { isbot } from 'isbot';

/**
 * Whether a client says of itself that it is a bot. A headless browser does not: it opens the page as a person's does, for
 * instance in its owner's own tests. Crawlers that use one add their name, and that is found.
 */
export function isDeclaredBot(userAgent: string | undefined): boolean {
  return isbot(userAgent?.replace('HeadlessChrome', 'Chrome'));
}
