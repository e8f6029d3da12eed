/** Control characters become spaces, one by one. Text from files and visitors could otherwise move a terminal's cursor or recolour it. */
export function printable(text: string): string {
  return text.replaceAll(/\p{Cc}/gu, ' ');
}
