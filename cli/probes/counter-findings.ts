/** What the doctor says about a counter. */
import { probeCounter, probeOrigin, type CounterProbe, type Refusal } from './counter.ts';
import { bad, good, unknown, type Finding } from './finding.ts';

export interface CounterOptions extends CounterProbe {
  /** Where a person reads what a component logs. */
  logOf: (component: 'updater' | 'broadcaster') => string;
}

const FOREIGN_ORIGIN = 'https://doctor.invalid';

export async function checkCounter(options: CounterOptions): Promise<Finding[]> {
  const { origin, timeout, pushTimeout, logOf } = options;
  const foreign = aboutForeignOrigin(await probeOrigin(options, FOREIGN_ORIGIN));
  const { refusal, hello, push } = await probeCounter(options);
  if (refusal) {
    const unchecked = ['hello', 'push'].map((check) =>
      unknown(check, 'not checked: the socket does not open'),
    );
    return [aboutRefusal(refusal, origin, logOf), ...unchecked, foreign];
  }
  return [
    good('socket', `opens for ${origin}`),
    typeof hello === 'object'
      ? good('hello', JSON.stringify(hello))
      : bad(
          'hello',
          hello === undefined ? `no answer in ${timeout / 1000} s` : `answers ${hello}`,
          `A page shows no number until the next visit. Is the route there? Read ${logOf('updater')}.`,
        ),
    push
      ? good('push', 'a second connection is pushed to the first')
      : bad(
          'push',
          `nothing came in ${pushTimeout / 1000} s after a second connection`,
          `Open pages do not tick. Is the stream's mapping enabled, and what does the broadcaster log? Read ${logOf('broadcaster')}.`,
        ),
    foreign,
  ];
}

/** Whether a handshake that bypasses CloudFront is rejected. `options.endpoint` is the API's own address. */
export async function checkDirectRoute(options: CounterProbe): Promise<Finding> {
  const refusal = await probeOrigin(options, options.origin);
  if (refusal?.status === 403) return good('direct', 'the API rejects connections that bypass CloudFront');
  return bad(
    'direct',
    `${options.endpoint} should answer 403 and answered: ${refusal?.reason ?? 'connected'}`,
    'Anyone could forge their address and escape the limits of the edge. Apply again: npm run deploy',
  );
}

function aboutForeignOrigin(refusal: Refusal | undefined): Finding {
  if (!refusal) {
    return bad(
      'origin',
      `a page of ${FOREIGN_ORIGIN} can connect, so any site can raise the count`,
      'ALLOWED_ORIGINS of the updater must name your own origins only. Apply again: npm run deploy',
    );
  }
  return refusal.status === 403
    ? good('origin', 'a page of another origin is rejected')
    : unknown('origin', `a page of another origin got ${refusal.reason} instead of 403`);
}

function aboutRefusal({ status, reason }: Refusal, origin: string, logOf: CounterOptions['logOf']): Finding {
  const failed = `The updater failed. Read ${logOf('updater')}.`;
  const remedies: Record<number, string> = {
    403: `${origin} is not among the allowed origins. Deploy again, or add it: additionalOrigins in cloud-resume.json, or --public-url of npm start.`,
    429: 'Too many connections from this address, or from everyone, in a short time. Check again in ten minutes.',
    500: failed,
    502: failed,
    503: 'The server is starting or stopping. Check again in a moment.',
  };
  const otherwise = 'Is the address right, and does the proxy or CDN in front forward WebSocket upgrades?';
  return bad('socket', `does not open: ${reason}`, remedies[status ?? 0] ?? otherwise);
}
