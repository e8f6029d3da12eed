/** Web storage that may be blocked, where even reading the `localStorage` property throws, or full. */
export type WebStorage = () => Storage;

export function read(storage: WebStorage, key: string): string | null {
  try {
    return storage().getItem(key);
  } catch {
    return null;
  }
}

/** Without storage, the value lasts until the page is closed. @param value null removes it */
export function write(storage: WebStorage, key: string, value: string | null): void {
  try {
    if (value === null) storage().removeItem(key);
    else storage().setItem(key, value);
  } catch {
    // The next page starts without it.
  }
}
