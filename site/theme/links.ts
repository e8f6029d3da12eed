const SAFE_PROTOCOLS = ['http:', 'https:', 'mailto:', 'tel:'];

/** Whether `url` is absolute and has a harmless scheme. */
export function isSafeLink(url: string): boolean {
  return URL.canParse(url) && SAFE_PROTOCOLS.includes(new URL(url).protocol);
}

/** `https://www.example.com/` becomes `example.com`, `mailto:me@example.com` the address. */
export function shortLink(url: string): string {
  return url.replace(/^(https?:\/\/(www\.)?|mailto:|tel:)/i, '').replace(/\/$/, '');
}

/** The host of a URL without `www.`; `undefined` for URLs without a host. */
export function hostOf(url: string): string | undefined {
  const host = URL.canParse(url) ? new URL(url).host : '';
  return host.replace(/^www\./, '') || undefined;
}
