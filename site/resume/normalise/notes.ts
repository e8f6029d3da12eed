/** Collects what the reader changed or left out, one note per kind of change and place. */
import { pathText, type Path } from '../../../shared/path.ts';
import type { Problem } from '../../../shared/problem.ts';

export interface Note extends Problem {
  /** The key is not part of JSON Resume, whose schema allows it nevertheless. */
  isUnknownKey?: boolean;
}

export class Notes {
  readonly problems: Note[] = [];
  readonly #root: Path;

  /** Paths are relative to `root`. */
  constructor(root: Path) {
    this.#root = root;
  }

  /** Something was read differently from how it is written: `work[*].company → name`. */
  changed(path: Path, what: string): void {
    this.add('note', path, `${general(path)} ${what}`);
  }

  /** Something the owner may want to fix. */
  warn(path: Path, what: string, hint?: string): void {
    this.add('warning', path, `${general(path)} ${what}`, hint);
  }

  /** A key that neither JSON Resume nor the reader knows. */
  unknownKey(
    path: Path,
    hint: string | undefined,
    what = 'is not part of JSON Resume: it is published in resume.json, but not shown on the page',
  ): void {
    this.add('warning', path, `${general(path)} ${what}`, hint, true);
  }

  /** A change whose place does not matter. */
  everywhere(path: Path, message: string): void {
    this.add('note', path, message);
  }

  private add(
    severity: 'note' | 'warning',
    path: Path,
    message: string,
    hint?: string,
    isUnknownKey = false,
  ): void {
    this.problems.push({
      severity,
      message,
      hint,
      path: [...this.#root, ...path],
      grouped: true,
      isUnknownKey,
    });
  }
}

/** `work[2].highlights[0]` is `work[*].highlights[*]`. */
function general(path: Path): string {
  return pathText(path).replace(/\[\d+\]/g, '[*]');
}

/** A value in quotes, shortened. */
export function quote(text: string): string {
  return text.length > 60 ? `"${text.slice(0, 59)}…"` : `"${text}"`;
}
