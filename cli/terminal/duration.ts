import { UserError } from '../../shared/user-error.ts';

const UNITS: Record<string, number> = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** `90s`, `15m`, `1h` or `7d`, in milliseconds. @throws {UserError} naming the flag */
export function readDuration(flag: string, text: string): number {
  const [, number, unit] = /^(\d{1,6})([smhd])$/.exec(text) ?? [];
  if (number === undefined || Number(number) === 0)
    throw new UserError(`${flag} is ${JSON.stringify(text)}.`, 'Give a time such as 90s, 15m, 1h or 7d.');
  return Number(number) * UNITS[unit!]!;
}
