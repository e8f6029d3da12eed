/** The parts of a person's name, for address books. */
export interface PersonName {
  family: string;
  given: string;
  prefix: string;
  suffix: string;
}

/** Words that belong to the family name after them: "del Moral", "van der Berg". */
const PARTICLES = new Set(
  'af al av bin da das de degli dei del della den der des di do dos du el ibn la las le los san santa ter ten van vom von y zu zum zur'.split(
    ' ',
  ),
);
const PREFIX = /^(dr|prof|professor|mr|mrs|ms|mx|sir|dame|ing|dipl|mag|rev)\.?$/i;
const SUFFIX = /^(jr|sr|ii|iii|iv|ph\.?d|m\.?d|mba|msc|m\.sc|bsc|b\.sc|ma|ba|esq|cpa|pe)\.?$/i;
/** Scripts that write the family name first. */
const FAMILY_FIRST = /^[\p{Script=Han}\p{Script=Hangul}\p{Script=Hiragana}\p{Script=Katakana}\s・]+$/u;

/** Splits a name as most cultures read it. A single word is a given name. */
export function personName(name: string): PersonName {
  const prefix: string[] = [];
  const suffix: string[] = [];
  let words = name.trim().split(/\s+/);
  if (FAMILY_FIRST.test(name) && words.length > 1)
    return { family: words[0]!, given: words.slice(1).join(' '), prefix: '', suffix: '' };
  while (words.length > 1 && PREFIX.test(words[0]!)) prefix.push(words.shift()!);
  while (words.length > 1 && SUFFIX.test(words.at(-1)!)) suffix.unshift(words.pop()!);
  words = words.map((word, index) => (index === words.length - 1 ? word.replace(/,$/, '') : word));
  const comma = words.findIndex((word) => word.endsWith(','));
  let start = words.length - 1;
  while (start > 1 && PARTICLES.has(words[start - 1]!.toLowerCase())) start--;
  const [given, family] =
    comma >= 0
      ? [words.slice(comma + 1), [...words.slice(0, comma), words[comma]!.slice(0, -1)]]
      : words.length > 1
        ? [words.slice(0, start), words.slice(start)]
        : [words, []];
  return {
    family: family.join(' '),
    given: given.join(' '),
    prefix: prefix.join(' '),
    suffix: suffix.join(' '),
  };
}
