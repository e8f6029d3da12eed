import { createHash, timingSafeEqual } from 'node:crypto';
import { ORIGIN_SECRET_HEADER } from '../../contract/function-env.ts';
import { header, type WebSocketEvent } from './event.ts';

/**
 * The viewer's address if a handshake came through CloudFront, `undefined` if it reached API Gateway directly.
 *
 * CloudFront replaces the secret header that a client sends and appends the viewer to `X-Forwarded-For`; API Gateway appends CloudFront
 * behind it. So the second address from the right is the viewer's, whatever the client put in front.
 * https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/RequestAndResponseBehaviorCustomOrigin.html#RequestCustomIPAddresses
 */
export function viewerAddress(event: WebSocketEvent, originSecrets: readonly string[]): string | undefined {
  const sent = header(event, ORIGIN_SECRET_HEADER.toLowerCase());
  if (sent === undefined || !originSecrets.some((secret) => isEqual(secret, sent))) return undefined;
  const addresses = (header(event, 'x-forwarded-for') ?? '').split(',').map((address) => address.trim());
  return addresses.at(-2) ?? event.requestContext.identity?.sourceIp ?? '';
}

/** Takes the same time wherever the texts differ. */
function isEqual(a: string, b: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(a), digest(b));
}
