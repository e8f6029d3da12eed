import { countryName } from '../language/index.ts';
import type { Basics, Location } from '../resume/types.ts';
import { linked, type Context } from './context.ts';
import { join, markup, type Html } from './html.ts';
import { isSafeLink, shortLink } from './links.ts';
import { block } from './markdown.ts';

/**
 * Name, label, summary and contact details.
 * @param photo path of the image within the site
 */
export function header(context: Context, basics: Basics, photo: string | undefined): Html {
  const { name, label, summary } = basics;
  return markup`<header class="who">${photo && markup`<img src="${photo}" alt="" width="128" height="128">`}<div><h1>${name}</h1>${label && markup`<p class="label">${label}</p>`}</div>${summary && markup`<div class="summary">${block(summary)}</div>`}${contact(context, basics)}</header>`;
}

function contact(context: Context, { email, phone, url, location, profiles }: Basics): Html | undefined {
  const { words } = context;
  const rows: [string, Html | undefined][] = [
    [words.email, email ? markup`<a href="mailto:${email}">${email}</a>` : undefined],
    [words.phone, phone ? markup`<a href="tel:${phone.replace(/[^+\d]/g, '')}">${phone}</a>` : undefined],
    [words.location, location && place(context, location)],
    [words.website, url ? website(url) : undefined],
    ...(profiles ?? []).map(({ network, username, url }): [string, Html | undefined] => [
      network ?? words.website,
      linked(username ?? (url && isSafeLink(url) ? shortLink(url) : url), url),
    ]),
  ];
  const filled = rows.filter(([, value]) => value?.text);
  if (!filled.length) return undefined;
  return markup`<dl class="contact">${filled.map(([term, value]) => markup`<div><dt>${term}</dt> <dd>${value}</dd></div> `)}</dl>`;
}

/** On paper the style sheet prints URLs after links. Class `url` marks links that already show theirs. */
function website(url: string): Html | undefined {
  return isSafeLink(url) ? markup`<a class="url" href="${url}">${shortLink(url)}</a>` : markup`${url}`;
}

function place(context: Context, { address, postalCode, city, region, countryCode }: Location): Html {
  const town = join([postalCode, city], ' ');
  const country =
    countryCode && markup`<data value="${countryCode}">${countryName(context.tag, countryCode)}</data>`;
  return join([address, town, region !== city && region, country], context.words.comma);
}
