/** Removes what `meta.site.private` lists, and the settings that would reveal what is hidden. */
import { childrenOf, isObject, parsePath, resolvePath } from '../../shared/path.ts';
import type { Resume } from './types.ts';

/** `paths` must be valid, such as `basics.phone`, `references` or `work[*].location`. Returns a copy. */
export function publicCopy(resume: Resume, paths: string[]): Resume {
  const copy = withoutHoles(blank(resume, paths)) as Resume;
  const site = copy.meta?.['site'];
  if (isObject(site)) {
    delete site['private'];
    delete site['variants'];
  }
  return copy;
}

function withoutHoles(value: unknown): unknown {
  if (Array.isArray(value)) return value.filter((item) => item !== undefined).map(withoutHoles);
  if (!isObject(value)) return value;
  const filled = Object.entries(value).filter(([, inner]) => inner !== undefined);
  return Object.fromEntries(filled.map(([key, inner]) => [key, withoutHoles(inner)]));
}

/**
 * A copy of a file's value, as it is written, with nothing at `paths`. Items of lists stay as holes: their neighbours keep
 * their numbers, so notes point to the right lines.
 */
export function blank(value: unknown, paths: string[]): unknown {
  const copy = structuredClone(value);
  for (const path of paths.flatMap((text) => resolvePath(copy, parsePath(text) ?? []))) {
    const parent = path
      .slice(0, -1)
      .reduce<unknown>((inner, step) => childrenOf(inner).find(([key]) => key === step)?.[1], copy);
    if (Array.isArray(parent) || isObject(parent))
      (parent as Record<string | number, unknown>)[path.at(-1)!] = undefined;
  }
  return copy;
}

/** `resume.json` is completed by `resume.private.json`, which is not published. */
export function privateFile(resumeFile: string): string {
  return resumeFile.replace(/(\.[^./\\]+)?$/, '.private$1');
}

/** `added` completes and overrides `resume`, object by object. Lists are replaced. */
export function merged<T>(resume: T, added: unknown): T {
  if (!isObject(resume) || !isObject(added)) return (added ?? resume) as T;
  const result: Record<string, unknown> = { ...resume };
  for (const [key, value] of Object.entries(added)) result[key] = merged(result[key], value);
  return result as T;
}
