export function completeDependencies(
  root: string,
  withDev: boolean,
  say: (text: string) => void,
): Promise<void>;
