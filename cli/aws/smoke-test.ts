/**
 * Tries a deployed site: the page is there and names the counter, nobody gets past CloudFront, a second connection is pushed to the first one, and the count
 * stays the same, because the smoke test's visit id is reserved.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { UserError } from '../../shared/user-error.ts';
import { COUNTER_PATH } from '../../contract/site-manifest.ts';
import { probeCounter, probeOrigin, type CounterProbe, type CounterReport } from '../probes/counter.ts';
import { reasonOf } from '../probes/finding.ts';

export interface SmokeTestOptions {
  /** Of the site, as visitors type it. */
  url: string;
  /** The site's own: `wss://example.com/live`. */
  counterEndpoint: string;
  /** The API behind CloudFront, which must reject a handshake. */
  directEndpoint: string;
  /** For remedies: `npm run doctor`. */
  doctor: string;
  say?: (line: string) => void;
  /** Milliseconds for page and API to appear: names, certificates and stages take a while to spread. */
  startTimeout?: number;
  /** Milliseconds for every answer. */
  timeout?: number;
  /** Milliseconds for a push: a new event source mapping takes up to some minutes to start. */
  pushTimeout?: number;
  now?: () => number;
  sleep?: (milliseconds: number) => Promise<unknown>;
}

export interface SmokeTestResult {
  count: number;
  /** Whether others were connected all the time, so a growing count proves nothing. */
  isBusy: boolean;
  /** Milliseconds from opening the second connection to its push on the first. */
  pushed: number;
}

/** Real visitors may arrive in between and make the count grow. */
const ATTEMPTS = 3;
/** Milliseconds between two looks at a page or an API that is not there yet. */
const PAUSE = 5_000;

/** @throws {UserError} that says which part failed, and how */
export async function smokeTest(given: SmokeTestOptions): Promise<SmokeTestResult> {
  const options = {
    startTimeout: 180_000,
    timeout: 60_000,
    pushTimeout: 300_000,
    now: Date.now,
    sleep,
    say: () => {},
    ...given,
  };
  const { url, counterEndpoint: endpoint, doctor, now } = options;
  const deadline = now() + options.startTimeout;
  await waitForPage(options, deadline);
  const probe = { ...options, endpoint, origin: new URL(url).origin };
  await requireEdge(probe, options);
  for (let attempt = 1; ; attempt++) {
    let report = await probeCounter(probe);
    if (report.refusal) options.say(`  waiting for the counter: ${report.refusal.reason}`);
    while (report.refusal && now() < deadline) {
      await options.sleep(PAUSE);
      report = await probeCounter(probe);
    }
    const { hello: before, push } = requireAll(report, options);
    const result = { count: push.snapshot.count, pushed: push.milliseconds };
    if (push.snapshot.count === before.count) return { ...result, isBusy: false };
    if (attempt < ATTEMPTS) continue;
    // The smoke test's own viewers are one before the push and two after it.
    if (before.viewers > 1 || push.snapshot.viewers > 2) return { ...result, isBusy: true };
    throw new UserError(
      `The smoke test's own visit seems to be counted: the count grew ${ATTEMPTS} times while it was connected, last from ${before.count} to ${push.snapshot.count}, without other visitors.`,
      `Look into the updater's log: ${doctor}`,
    );
  }
}

type Options = Required<SmokeTestOptions>;

/** A handshake that bypasses CloudFront would forge its address and escape every limit of the edge. */
async function requireEdge(probe: CounterProbe, { directEndpoint, doctor }: Options): Promise<void> {
  const refusal = await probeOrigin({ ...probe, endpoint: directEndpoint }, probe.origin);
  if (refusal?.status === 403) return;
  throw new UserError(
    `The API should reject connections that bypass CloudFront with 403. ${directEndpoint} answered: ${refusal?.reason ?? 'connected'}.`,
    `Deploy again, and if it stays, look into the updater's log: ${doctor}`,
  );
}

async function waitForPage({ url, doctor, say, now, sleep }: Options, deadline: number): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    const problem = await pageProblem(url);
    if (problem === undefined) return;
    if (attempt === 1) say(`  waiting for the page: ${problem}`);
    if (now() > deadline) {
      throw new UserError(
        `Everything is deployed, but the page is not right yet: ${problem}.`,
        `A new name can take minutes to be known everywhere. Check it again: ${doctor}`,
      );
    }
    await sleep(PAUSE);
  }
}

async function pageProblem(url: string): Promise<string | undefined> {
  try {
    const response = await fetch(url, { redirect: 'follow', signal: AbortSignal.timeout(10_000) });
    const page = await response.text();
    if (response.status !== 200) return `${url} answers ${response.status}`;
    if (!page.includes(`"${COUNTER_PATH}"`))
      return `${url} is not this version's page: it does not name ${COUNTER_PATH}`;
    return undefined;
  } catch (error) {
    return `${url} cannot be fetched (${reasonOf(error)})`;
  }
}

function requireAll(
  { refusal, hello, push, secondHello }: CounterReport,
  { counterEndpoint, doctor, timeout, pushTimeout }: Options,
) {
  if (refusal) {
    throw new UserError(
      `The counter does not accept a connection: ${counterEndpoint} answered ${refusal.reason}.`,
      `The page is up; only its counter is not. Find out why: ${doctor}`,
    );
  }
  const missing = (milliseconds: number, what: string) =>
    new UserError(
      `The counter accepts connections, but in ${milliseconds / 1000} s a connection ${what}.`,
      `Look at the broadcaster and its stream: ${doctor}`,
    );
  if (typeof hello !== 'object') throw missing(timeout, 'got no answer to hello');
  if (!push) throw missing(pushTimeout, 'received nothing when a second one opened');
  if (typeof secondHello !== 'object') throw missing(timeout, 'got no answer to hello');
  return { hello, push };
}
