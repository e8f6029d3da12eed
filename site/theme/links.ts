const SAFE_PROTOCOLS = ['http:', 'https:', 'mailto:', 'tel:'];

/** Whether `url` is absolute and has a harmless scheme. */
export function isSafeLink(url: string): boolean {
  try {
    return SAFE_PROTOCOLS.includes(new URL(url).protocol);
  } catch {
    return false;
  }
}

/** `https://www.example.com/` becomes `example.com`. */
export function shortLink(url: string): string {
  return url.replace(/^https?:\/\/(www\.)?/i, '').replace(/\/$/, '');
}
