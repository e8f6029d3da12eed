/**
 * What a CloudFront behaviour does to a WebSocket handshake on its way to API Gateway: it sets the origin's custom headers, whatever the
 * client sent under their names, and appends the viewer's address to `X-Forwarded-For`.
 * https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/RequestAndResponseBehaviorCustomOrigin.html
 */
import type { IncomingMessage } from 'node:http';
import type { EdgeBehavior } from '../topology.ts';

const FORWARDED_FOR = 'X-Forwarded-For';

/** Whether the behaviour's path pattern matches a URL. `*` stands for any characters, `?` for one. */
export function matches({ pathPattern }: EdgeBehavior, url: string): boolean {
  const path = url.split('?', 1)[0]!;
  const pattern = pathPattern
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.');
  return new RegExp(`^${pattern}$`).test(path);
}

/** Changes the request's headers in place. */
export function forward(request: IncomingMessage, { originHeaders }: EdgeBehavior, viewer: string): void {
  const earlier = request.headers['x-forwarded-for'];
  const forwardedFor = [earlier, viewer].filter(Boolean).join(', ');
  for (const [name, value] of Object.entries({ ...originHeaders, [FORWARDED_FOR]: forwardedFor }))
    setHeader(request, name, value);
}

function setHeader(request: IncomingMessage, name: string, value: string): void {
  const key = name.toLowerCase();
  const others: string[] = [];
  for (let i = 0; i + 1 < request.rawHeaders.length; i += 2)
    if (request.rawHeaders[i]!.toLowerCase() !== key)
      others.push(request.rawHeaders[i]!, request.rawHeaders[i + 1]!);
  request.rawHeaders = [...others, name, value];
  request.headers[key] = value;
}
