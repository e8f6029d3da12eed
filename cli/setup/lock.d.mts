export function withLock<T>(
  folder: string,
  say: (text: string) => void,
  action: () => T | Promise<T>,
): Promise<T>;
