/** The visit id: one for a page opened in a tab, the same after a reload. */
import { VISIT_ID_PATTERN } from '../../contract/visit.ts';

/** Key of the visit id in sessionStorage. */
export const VISIT_STORAGE_KEY = 'cloud-resume:visit';

/** The tab's visit id. Where storage is blocked, an id that lasts as long as the page. */
export function visitId(storage: () => Storage, random: Pick<Crypto, 'getRandomValues'>): string {
  try {
    const known = storage().getItem(VISIT_STORAGE_KEY);
    if (known && VISIT_ID_PATTERN.test(known)) return known;
  } catch {
    // Reading the property itself throws where the visitor blocks storage.
  }
  const id = randomId(random);
  try {
    storage().setItem(VISIT_STORAGE_KEY, id);
  } catch {
    // A reload will count again; nothing better is possible.
  }
  return id;
}

/** `crypto.randomUUID` exists in secure contexts only; `http://192.168.0.7:4000` is none. */
function randomId(random: Partial<Pick<Crypto, 'randomUUID'>> & Pick<Crypto, 'getRandomValues'>): string {
  if (random.randomUUID) return random.randomUUID();
  return Array.from(random.getRandomValues(new Uint8Array(16)), (byte) =>
    byte.toString(16).padStart(2, '0'),
  ).join('');
}
