/** The display font: Source Serif 4 (SIL Open Font License), reduced to the letters of the name, inline, about 2 kB. */
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import subsetFont from 'subset-font';

const require = createRequire(import.meta.url);
const PACKAGE = '@fontsource-variable/source-serif-4';

export const DISPLAY_FONT_FAMILY = 'Source Serif 4';
const WEIGHT = 560;
const OPTICAL_SIZE = 48;
/** Enough for names; other features only cost bytes. */
const KEEP_FEATURES = ['kern', 'liga', 'ccmp', 'locl', 'mark', 'mkmk'];
const DROP_TABLES = ['STAT', 'DSIG', 'meta', 'gasp', 'prep'];

export interface FontPart {
  characters: string;
  font: Buffer;
}

/** `@font-face` rules for the characters of `text`. Characters missing from the font fall back to the visitor's fonts. */
export async function displayFontFace(text: string): Promise<string> {
  const parts = await displayFontParts(text, 'woff2');
  return parts
    .map(({ characters, font }) => {
      const range = [...characters]
        .map((character) => `U+${character.codePointAt(0)!.toString(16)}`)
        .join(',');
      return `@font-face{font-family:Display;src:url(data:font/woff2;base64,${font.toString('base64')});unicode-range:${range}}`;
    })
    .join('');
}

/** Font subsets that cover the characters of `text`, except those missing from the font. */
export async function displayFontParts(text: string, format: 'woff2' | 'sfnt'): Promise<FontPart[]> {
  const ranges = JSON.parse(await readFile(require.resolve(`${PACKAGE}/unicode.json`), 'utf8')) as Record<
    string,
    string
  >;
  const parts: FontPart[] = [];
  let missing = new Set(text.normalize('NFC'));
  for (const [subset, range] of Object.entries(ranges).reverse()) {
    const characters = [...missing].filter((character) => isInRange(character, range)).sort();
    if (!characters.some((character) => character !== ' ')) continue;
    const file = require.resolve(`${PACKAGE}/files/source-serif-4-${subset}-opsz-normal.woff2`);
    const font = await subsetFont(await readFile(file), characters.join(''), {
      targetFormat: format,
      variationAxes: { wght: WEIGHT, opsz: OPTICAL_SIZE },
      keepFeatures: KEEP_FEATURES,
      dropTables: DROP_TABLES,
      noHinting: true,
    });
    parts.push({ characters: characters.join(''), font });
    missing = new Set([...missing].filter((character) => !characters.includes(character)));
  }
  return parts;
}

function isInRange(character: string, range: string): boolean {
  const code = character.codePointAt(0)!;
  return range.split(',').some((part) => {
    const [from, to = from] = part.replace('U+', '').split('-');
    return code >= parseInt(from!, 16) && code <= parseInt(to!, 16);
  });
}
