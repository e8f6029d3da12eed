/** Finds well-formed URLs that a page must not link to, such as `javascript:`. */
import { isSafeLink } from '../../theme/links.ts';
import { childrenOf, pathText, type Path } from '../../../shared/path.ts';
import type { Problem } from '../../../shared/problem.ts';
import { shown } from '../../../shared/schema-error.ts';

export function checkLinks(resume: unknown): Problem[] {
  const problems: Problem[] = [];
  const visit = (value: unknown, path: Path) => {
    if (path[0] === 'meta') return;
    if (
      path.at(-1) === 'url' &&
      typeof value === 'string' &&
      /^[a-z][a-z\d+.-]*:/i.test(value) &&
      !isSafeLink(value)
    ) {
      problems.push({
        severity: 'error',
        message: `${pathText(path)} is ${shown(value)}, which the page cannot link to`,
        hint: 'Use an https://, http://, mailto: or tel: address.',
        path,
      });
    }
    for (const [key, child] of childrenOf(value)) visit(child, [...path, key]);
  };
  visit(resume, []);
  return problems;
}
