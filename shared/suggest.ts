/** Suggests the key that a misspelt one probably means. */
import { closest, distance } from 'fastest-levenshtein';

/** Returns `undefined` if no known key is close enough. */
export function suggest(key: string, known: string[]): string | undefined {
  if (!known.length) return undefined;
  const best = closest(
    key.toLowerCase(),
    known.map((name) => name.toLowerCase()),
  );
  if (distance(key.toLowerCase(), best) > (key.length < 4 ? 1 : 2)) return undefined;
  return known.find((name) => name.toLowerCase() === best);
}
