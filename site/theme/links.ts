/** Which links the page follows, and how they are shown. */

const SAFE_PROTOCOLS = ['http:', 'https:', 'mailto:', 'tel:'];

/** Whether `url` is absolute and leads to a place, rather than running a script. */
export function isSafeLink(url: string): boolean {
  try {
    return SAFE_PROTOCOLS.includes(new URL(url).protocol);
  } catch {
    return false;
  }
}

/** A web address as people write it: `https://www.example.com/` becomes `example.com`. */
export function shortLink(url: string): string {
  return url.replace(/^https?:\/\/(www\.)?/i, '').replace(/\/$/, '');
}
