import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { findFreePort } from '../../local-cloud/dynamodb/free-port.ts';
import { launchChromium } from '../support/chromium.ts';
import { tool } from '../support/tools.ts';

const VERSION = '12.8.2';

export interface LighthouseReport {
  /** Scores from 0 to 1 by category: `performance`, `accessibility`, `best-practices`, `seo`. */
  scores: Record<string, number>;
  /** Failed audits. */
  failed: string[];
  /** Milliseconds, simulated. */
  largestPaint: number;
}

interface Result {
  categories: Record<string, { id: string; score: number | null }>;
  audits: Record<
    string,
    {
      id: string;
      score: number | null;
      scoreDisplayMode: string;
      numericValue?: number;
      errorMessage?: string;
    }
  >;
}

const ATTEMPTS = 3;

/**
 * Runs Lighthouse with its simulated phone in a new browser. The first call downloads Lighthouse. On a busy machine Lighthouse can fail
 * to compute an audit, and its category then has no score. That says nothing about the page, so it runs again, at most three times.
 * @throws with Lighthouse's errors when no attempt computed every score
 */
export async function lighthouse(url: string, onlyCategories: string[]): Promise<LighthouseReport> {
  const folder = await tool('lighthouse', VERSION);
  const { default: run } = (await import(pathToFileURL(join(folder, 'core/index.js')).href)) as {
    default(url: string, flags: unknown): Promise<{ lhr: Result }>;
  };
  const errors: string[] = [];
  for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
    const { categories, audits } = await runOnce(url, run, onlyCategories);
    const all = Object.values(audits);
    const scores = Object.values(categories).flatMap(({ id, score }) =>
      score === null ? [] : [[id, score] as const],
    );
    if (scores.length === Object.keys(categories).length) {
      return {
        scores: Object.fromEntries(scores),
        failed: all
          .filter(({ scoreDisplayMode, score }) => scoreDisplayMode === 'binary' && score === 0)
          .map(({ id }) => id),
        largestPaint: audits['largest-contentful-paint']?.numericValue ?? NaN,
      };
    }
    errors.push(...all.flatMap(({ id, errorMessage }) => (errorMessage ? [`${id}: ${errorMessage}`] : [])));
  }
  throw new Error(`Lighthouse computed no score in ${ATTEMPTS} attempts: ${errors.join('; ')}`);
}

async function runOnce(
  url: string,
  run: (url: string, flags: unknown) => Promise<{ lhr: Result }>,
  onlyCategories: string[],
): Promise<Result> {
  const port = await findFreePort();
  // Playwright turns the back/forward cache off; Lighthouse checks that the page can be restored from it.
  const browser = await launchChromium([`--remote-debugging-port=${port}`], {
    ignoreDefaultArgs: ['--disable-back-forward-cache'],
  });
  const flags = { port, logLevel: 'error', onlyCategories };
  const { lhr } = await run(url, flags).finally(() => browser.close());
  return lhr;
}
