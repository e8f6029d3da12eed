/** `/how`: the page that explains the system and shows it at work. Complete without JavaScript; the client fills in what it measures. */
import { en } from '../language/en.ts';
import { join, markup, raw, type Html } from '../theme/html.ts';
import { colorSwitch, counter } from '../theme/counter.ts';
import { endpointMeta, themeColors } from '../theme/head.ts';
import { COMPONENTS } from './components.ts';
import { visitCost, type VisitCost } from './cost.ts';
import { picture } from './picture.ts';
import type { SourceCode } from './source-code.ts';
import storm from './storm.json' with { type: 'json' };

export interface HowParts {
  /** Whose résumé it is. */
  name: string;
  favicon: string;
  /** Minified. */
  css: string;
  script: string;
  source: SourceCode | undefined;
  /** SHA-256 of the manifest without this page, hexadecimal. */
  siteHash: string;
}

export function howPage(parts: HowParts): string {
  const { name, favicon, css, script, source, siteHash } = parts;
  const title = `How this page works – ${name}`;
  return markup`<!doctype html><html lang="en"><head><meta charset="utf-8"><title>${title}</title><meta name="viewport" content="width=device-width,initial-scale=1"><meta name="color-scheme" content="light dark">${endpointMeta()}<style>${raw(css)}</style><script>${raw(script)}</script><meta name="description" content="One visit, from the browser through AWS and back to every open page, live.">${themeColors()}<link rel="icon" href="${favicon}" type="image/svg+xml"></head><body><a class="skip" href="#main">Skip to content</a><header class="bar"><a class="back" href="/">${name}</a>${counter(en, false)}${colorSwitch(en)}</header><main id="main" class="how"><h1>How this page works</h1><p class="lead">The counter above is live. Opening this page sent one visit through the system below, and its answer came back the same way. Parts light up when a real message passes them.</p>${overview(source)}${yourVisit()}${cost(visitCost())}${crowd()}${code(source, siteHash)}</main></body></html>\n`
    .text;
}

function section(id: string, heading: string, content: Html): Html {
  return markup`<section id="${id}" aria-labelledby="${id}-label"><h2 id="${id}-label">${heading}</h2><div>${content}</div></section>`;
}

function overview(source: SourceCode | undefined): Html {
  return section(
    'system',
    'The system',
    markup`${picture()}<ol class="parts">${COMPONENTS.map(
      ({ name, service, does, source: path }) =>
        markup`<li><b>${name}</b>${service && markup` <small>${service}</small>`} ${does}${codeLink(source, path)}.</li>`,
    )}<li><b>Every browser</b> shows a number only if its revision is newer than the one on screen.</li></ol>`,
  );
}

function codeLink(source: SourceCode | undefined, path: string): Html | undefined {
  if (!source) return undefined;
  return markup` (<a href="${source.url}/blob/${source.commit}/${path}"><span class="sr">Code: </span>${path.split('/').at(-1)}</a>)`;
}

function yourVisit(): Html {
  return section(
    'visit',
    'Your visit',
    markup`<dl class="facts" data-facts><div><dt>Handshake</dt><dd data-fact="handshake">One transaction writes the visit, the counter and the connection before the handshake is answered.</dd></div><div><dt>Snapshot</dt><dd data-fact="snapshot">The page asks for the numbers as soon as its socket is open.</dd></div><div><dt>Broadcast</dt><dd data-fact="broadcast">The change reaches every open page through the stream.</dd></div><div><dt>Edge</dt><dd data-fact="edge">CloudFront answers from the location nearest to you.</dd></div><div><dt>Identity</dt><dd data-fact="identity">A random id in this tab identifies the visit. A reload sends the same id and is the same visit.</dd></div></dl><h3>Messages</h3><p data-frames-empty>With JavaScript and a connection, the messages of this page appear here, newest first.</p><ol class="frames" data-frames reversed aria-label="Messages, newest first"></ol>`,
  );
}

function cost({ rows, total, region, read }: VisitCost): Html {
  return section(
    'cost',
    'What it costs',
    markup`<p>This visit costs about ${cents(total)}. A million visits like it cost about <b>${dollars(total * 1e6)}</b>: prices of ${region}, read in ${read}.</p><p data-fact="ceiling" hidden></p><div class="scroll" tabindex="0" role="region" aria-label="Costs of a million visits"><table><thead><tr><th scope="col">Item</th><th scope="col">Per visit</th><th scope="col">Per million visits</th></tr></thead><tbody>${rows.map(
      ({ unit, quantity, dollars: price }) =>
        markup`<tr><td>${capitalized(unit.split(/[,;]/)[0]!)}</td><td>${quantity}</td><td>${dollars(price * 1e6)}</td></tr>`,
    )}</tbody></table></div>`,
  );
}

function capitalized(text: string): string {
  return text[0]!.toUpperCase() + text.slice(1);
}

function cents(amount: number): string {
  return `${(amount * 100).toPrecision(2)} cents`;
}

function dollars(amount: number): string {
  return `$${amount.toLocaleString('en', { minimumFractionDigits: 2, maximumFractionDigits: 2 })}`;
}

function crowd(): Html {
  const { ours, firstDesign, measured } = storm;
  const figure = (value: number) => value.toLocaleString('en');
  return section(
    'crowd',
    '1,000 people at once',
    markup`<p>When a crowd arrives, broadcasts merge. The first goes out immediately. The next waits one second for every 100 open pages and carries everything that happened meanwhile. The simple design posts to everyone for every visit.</p><div class="scroll" tabindex="0" role="region" aria-label="1,000 visits in five seconds, 1,000 open pages"><table><thead><tr><th scope="col">1,000 visits, 1,000 open pages</th><th scope="col">This design</th><th scope="col">Post to everyone</th></tr></thead><tbody><tr><td>Messages</td><td>${figure(ours.posts)}</td><td>${figure(firstDesign.posts)}</td></tr><tr><td>Cost of a million such visits</td><td>${dollars(ours.dollarsPerMillion)}</td><td>${dollars(firstDesign.dollarsPerMillion)}</td></tr><tr><td>All pages agree after</td><td>${ours.agreedSeconds} s</td><td>not within ${firstDesign.stoppedAfterSeconds} s</td></tr></tbody></table></div><p><small>Measured on two cores on ${measured}. A lost or repeated message, a crash or a retry changes neither the count nor the order: each visit is one transaction.</small></p>`,
  );
}

function code(source: SourceCode | undefined, siteHash: string): Html {
  const commit =
    source &&
    markup`<p>Built from <a href="${source.url}/tree/${source.commit}">commit ${source.commit.slice(0, 12)}</a> of <time datetime="${source.date}">${source.date.slice(0, 10)}</time>.</p>`;
  return section(
    'code',
    'The code',
    join(
      [
        commit,
        markup`<p>SHA-256 of the site without this page: <code>${siteHash}</code>. To verify it, check out the commit and run <code>npm run build</code>, which prints the same hash.</p>`,
      ],
      '',
    ),
  );
}
