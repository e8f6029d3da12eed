/** @returns whether a version (`1.2.3`, suffixes are ignored) comes before another */
export function isOlder(version: string, than: string): boolean {
  const [a, b] = [version, than].map((text) => text.split(/[.+-]/).slice(0, 3).map(Number)) as [
    number[],
    number[],
  ];
  const index = a.findIndex((number, place) => number !== b[place]);
  return index !== -1 && a[index]! < b[index]!;
}
