/** Suggests the key that a misspelt one probably means. */
import { closest, distance } from 'fastest-levenshtein';

/** Keys of older schema versions, and common mistakes. */
const FORMER_KEYS: Record<string, string> = {
  company: 'name',
  employer: 'name',
  website: 'url',
  picture: 'image',
  degree: 'studyType',
  gpa: 'score',
  title: 'position',
};

/** Returns `undefined` if no known key is close enough. */
export function suggest(key: string, known: string[]): string | undefined {
  const former = FORMER_KEYS[key.toLowerCase()];
  if (former && known.includes(former)) return former;
  if (!known.length) return undefined;
  const best = closest(
    key.toLowerCase(),
    known.map((name) => name.toLowerCase()),
  );
  if (distance(key.toLowerCase(), best) > (key.length < 4 ? 1 : 2)) return undefined;
  return known.find((name) => name.toLowerCase() === best);
}
