import type { Basics, Location, Profile } from '../resume/types.ts';
import type { Context } from './context.ts';
import { join, markup, type Html } from './html.ts';
import { isSafeLink, shortLink } from './links.ts';
import { block } from './markdown.ts';
import { placeOf } from './place.ts';
import { networkName } from './profiles.ts';
import { address, direction } from './text.ts';

/**
 * Name, label, summary and contact details.
 * @param photo path of the image within the site
 */
export function header(context: Context, basics: Basics, photo: string | undefined): Html {
  const { name = '', label, summary } = basics;
  return markup`<header class="who">${photo && markup`<img src="${photo}" alt="" width="128" height="128">`}<div><h1${direction(context, name)}>${name}</h1>${label && markup`<p class="label"${direction(context, label)}>${label}</p>`}</div>${summary && markup`<div class="summary"${direction(context, summary)}>${block(summary)}</div>`}${contact(context, basics)}</header>`;
}

function contact(context: Context, { email, phone, url, location, profiles }: Basics): Html | undefined {
  const { words } = context;
  const rows: [string, Html | undefined][] = [
    [words.email, email ? emailLink(email) : undefined],
    [words.phone, phone ? phoneLink(phone) : undefined],
    [words.location, location && place(context, location)],
    [words.website, url ? urlLink(url) : undefined],
    ...(profiles ?? []).map((profile): [string, Html | undefined] => [
      networkName(profile) ?? words.website,
      profileLink(profile),
    ]),
  ];
  const filled = rows.filter(([, value]) => value?.text);
  if (!filled.length) return undefined;
  return markup`<dl class="contact">${filled.map(([term, value]) => markup`<div><dt>${term}</dt> <dd>${value}</dd></div> `)}</dl>`;
}

/** Obfuscated addresses, such as `me [at] example.com`, get no link. */
function emailLink(email: string): Html {
  return /^\S+@\S+\.\S+$/.test(email)
    ? markup`<a href="mailto:${email}">${address(email)}</a>`
    : markup`${email}`;
}

function phoneLink(phone: string): Html {
  const number = phone.replace(/[^+\d]/g, '');
  return number ? markup`<a href="tel:${number}">${address(phone)}</a>` : markup`${phone}`;
}

/** On paper the style sheet prints URLs after links. Class `url` marks links that already show theirs. */
function urlLink(url: string): Html {
  return isSafeLink(url) ? markup`<a class="url" href="${url}">${address(shortLink(url))}</a>` : address(url);
}

function profileLink({ username, url }: Profile): Html | undefined {
  if (!username) return url ? urlLink(url) : undefined;
  if (!url) return address(username);
  return isSafeLink(url)
    ? markup`<a href="${url}">${address(username)}</a>`
    : markup`${address(username)} (${address(url)})`;
}

function place(context: Context, location: Location): Html {
  const { parts, country } = placeOf(location, context.tag);
  return join(
    [...parts, country && markup`<data value="${country.code}">${country.name}</data>`],
    context.words.comma,
  );
}
