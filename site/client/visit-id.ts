import { VISIT_ID_PATTERN } from '../../contract/visit.ts';

/** Key of the visit id in sessionStorage. */
export const VISIT_STORAGE_KEY = 'cloud-resume:visit';

/** The tab's visit id, kept across reloads. Where storage is blocked it lasts until the page is closed. */
export function visitId(storage: () => Storage, random: Pick<Crypto, 'getRandomValues'>): string {
  try {
    const known = storage().getItem(VISIT_STORAGE_KEY);
    if (known && VISIT_ID_PATTERN.test(known)) return known;
  } catch {
    // With storage blocked, even reading the `sessionStorage` property throws.
  }
  const id = randomId(random);
  try {
    storage().setItem(VISIT_STORAGE_KEY, id);
  } catch {
    // A reload will count again.
  }
  return id;
}

/** `crypto.randomUUID` exists only in secure contexts, so not on `http://192.168.0.7:4000`. */
function randomId(random: Partial<Pick<Crypto, 'randomUUID'>> & Pick<Crypto, 'getRandomValues'>): string {
  if (random.randomUUID) return random.randomUUID();
  return Array.from(random.getRandomValues(new Uint8Array(16)), (byte) =>
    byte.toString(16).padStart(2, '0'),
  ).join('');
}
