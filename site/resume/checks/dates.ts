/** Finds dates that match the schema's pattern but are wrong: 2013-19-39, or an end before its start. */
import { childrenOf, isObject, pathText, type Path } from '../../../shared/path.ts';
import type { Problem } from '../../../shared/problem.ts';

const DATE_KEYS = ['startDate', 'endDate', 'date', 'releaseDate'];
const DATE = /^(\d{4})(?:-(\d\d)(?:-(\d\d))?)?$/;

export function checkDates(resume: unknown): Problem[] {
  const problems: Problem[] = [];
  visitEntries(resume, (entry, path) => {
    const impossible = DATE_KEYS.filter((key) => isImpossible(entry[key]));
    for (const key of impossible) {
      const at = [...path, key];
      problems.push({
        severity: 'error',
        message: `${pathText(at)} is "${String(entry[key])}", which is not a date in the calendar`,
        hint: 'Write 2024, 2024-06 or 2024-06-29.',
        path: at,
      });
    }
    const { startDate, endDate } = entry;
    if (!impossible.length && isDate(startDate) && isDate(endDate) && endsBefore(startDate, endDate)) {
      const at = [...path, 'endDate'];
      problems.push({
        severity: 'error',
        message: `${pathText(at)} is "${endDate}", before startDate "${startDate}"`,
        hint: 'Swap them or fix the year.',
        path: at,
      });
    }
  });
  const updated = isObject(resume) && isObject(resume['meta']) ? resume['meta']['lastModified'] : undefined;
  if (typeof updated === 'string' && updated && Number.isNaN(Date.parse(updated))) {
    problems.push({
      severity: 'warning',
      message: `meta.lastModified is "${updated}", which is not a date; the page omits it`,
      hint: 'Write it like 2024-06-29.',
      path: ['meta', 'lastModified'],
    });
  }
  return problems;
}

function isDate(value: unknown): value is string {
  return typeof value === 'string' && DATE.test(value);
}

function isImpossible(value: unknown): boolean {
  if (!isDate(value)) return false;
  const [, year, month = '01', day = '01'] = DATE.exec(value)!;
  const time = new Date(`${year}-${month}-${day}T00:00:00Z`);
  return Number.isNaN(time.getTime()) || time.getUTCDate() !== Number(day);
}

/** Compares at the coarser precision: 2024 does not end before 2024-06. */
function endsBefore(start: string, end: string): boolean {
  const length = Math.min(start.length, end.length);
  return end.slice(0, length) < start.slice(0, length);
}

function visitEntries(resume: unknown, visit: (entry: Record<string, unknown>, path: Path) => void): void {
  for (const [section, list] of childrenOf(resume)) {
    if (!Array.isArray(list)) continue;
    for (const [index, entry] of childrenOf(list)) if (isObject(entry)) visit(entry, [section, index]);
  }
}
