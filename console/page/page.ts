/** The console's page: one HTML document with its style and script inline. */
import { createHash } from 'node:crypto';
import { bundle } from '../../shared/bundle.ts';
import { styleSheet } from '../../site/builder/bundle.ts';
import { picture } from '../../site/how/picture.ts';
import { markup, raw } from '../../site/theme/html.ts';
import { EXPERIMENTS } from '../lab/experiments.ts';

/** @returns the page, and the value of its Content-Security-Policy */
export async function buildPage(): Promise<{ html: string; policy: string }> {
  const [script, css] = await Promise.all([
    consoleScript(),
    styleSheet(['base.css', '../../how/picture.css', '../../../console/page/console.css']),
  ]);
  const hash = (text: string) => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
  const policy = [
    "default-src 'none'",
    `script-src ${hash(script)}`,
    `style-src ${hash(css)}`,
    "connect-src 'self'",
    'img-src data:',
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; ');
  return { html: page(script, css), policy };
}

/** For inlining. */
export async function consoleScript(): Promise<string> {
  return (await bundle('console/page/client.ts', { format: 'iife', target: 'es2022' })).toString().trim();
}

const PLOTS = [
  ['visits', 'Visits', 'per second'],
  ['posts', 'Posts', 'per second'],
  ['records', 'Stream records', 'per second'],
  ['handshakeMs', 'Handshake, median', 'ms'],
  ['lag', 'Stream lag', 'ms'],
  ['errors', 'Errors', 'per second'],
  ['heapMB', 'Memory of this process', 'MB'],
] as const;

function page(script: string, css: string): string {
  return markup`<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Console – Cloud Resume</title><meta name="viewport" content="width=device-width,initial-scale=1"><meta name="color-scheme" content="light dark"><link rel="icon" href="data:,"><style>${raw(css)}</style></head><body>
<a class="skip" href="#main">Skip to content</a>
<header><h1>Console</h1><p data-status role="status">Connecting …</p>
<fieldset class="sources"><legend class="sr">What to watch</legend><label><input type="radio" name="source" value="site"> Your site</label><label><input type="radio" name="source" value="lab"> The experiment</label></fieldset></header>
<main id="main">
<section class="overview"><h2>The system now</h2><div>${picture(() => '–')}<p class="hint">Total · per second · median of the last second with any. The same in words: <a href="#tables">Tables</a>.</p></div></section>
<section class="visits"><h2>Visits</h2><div><p class="hint">Newest first. The trace follows the newest until you choose one.</p><ol data-visits></ol><p data-no-visits>No visit yet. Open the site.</p></div></section>
<section class="trace"><h2>Trace</h2><div data-trace><p class="hint">Handshake, invocation, transaction, stream record, batch and posts appear here, on one timeline.</p></div><div data-detail class="detail" tabindex="-1"></div></section>
<section><h2>Other invocations</h2><ol data-others class="others"></ol></section>
<section id="tables"><h2>Tables</h2><div class="tables"><div><h3>VisitorCount</h3><div data-table="shards"></div></div><div><h3>Broadcast item</h3><div data-table="broadcast"></div></div><div><h3>ConnectionIds</h3><div data-table="connections"></div></div><div><h3>Stream</h3><div data-table="stream"></div></div></div></section>
<section><h2>Metrics</h2><div class="plots">${PLOTS.map(
    ([name, title, unit]) =>
      markup`<figure data-plot="${name}"><figcaption>${title} <span>${unit}</span> <b></b></figcaption><svg viewBox="0 0 120 40" preserveAspectRatio="none" aria-hidden="true" focusable="false"><path/></svg></figure>`,
  )}</div></section>
<section class="lab"><h2>Break it</h2><div><p>An experiment with databases of its own: your count stays as it is. The first design gets the same visitors and the same faults.</p>
<p class="buttons">${Object.entries(EXPERIMENTS).map(([action, label]) => markup`<button type="button" data-action="${action}">${label}</button>`)}</p>
<div data-lab></div><h3>What happened</h3><ol data-story></ol></div></section>
</main><script>${raw(script)}</script></body></html>
`.text;
}
