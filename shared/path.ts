/** Paths into a résumé, as people write them: `basics.phone`, `work[2].summary`, `work[*].location`. */

export type Path = (string | number)[];

export function pathText(path: Path): string {
  return path.reduce<string>((text, step) => {
    if (typeof step === 'number') return `${text}[${step}]`;
    return text ? `${text}.${step}` : step;
  }, '');
}

/** `*` means every item of a list. Returns `undefined` for an invalid path. */
export function parsePath(text: string): Path | undefined {
  if (!/^[^.[\]]+(\.[^.[\]]+|\[(\d+|\*)\])*$/.test(text)) return undefined;
  return [...text.matchAll(/\[(\d+)\]|\[(\*)\]|([^.[\]]+)/g)].map(([, index, star, key]) =>
    index ? Number(index) : (star ?? key!),
  );
}

/** Every path in `value` that matches `path`. */
export function resolvePath(value: unknown, path: Path): Path[] {
  let found: { at: Path; value: unknown }[] = [{ at: [], value }];
  for (const step of path) {
    found = found.flatMap(({ at, value }) =>
      childrenOf(value)
        .filter(([key]) => key === step || (step === '*' && typeof key === 'number'))
        .map(([key, child]) => ({ at: [...at, key], value: child })),
    );
  }
  return found.map(({ at }) => at);
}

export function childrenOf(value: unknown): [string | number, unknown][] {
  if (Array.isArray(value)) return value.map((item, index) => [index, item]);
  return isObject(value) ? Object.entries(value) : [];
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function valueAt(value: unknown, path: Path): unknown {
  return path.reduce<unknown>(
    (inner, step) => (inner as Record<string | number, unknown> | undefined)?.[step],
    value,
  );
}
