/** Cuts variable fonts from npm down to the characters of a text, at one weight. */
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import subsetFont from 'subset-font';

const require = createRequire(import.meta.url);

export interface FontSource {
  /** A Fontsource package. */
  package: string;
  /** The package's file for a subset such as `latin-ext`. */
  file(subset: string): string;
  /** Values of the variation axes: the result is a static font. */
  axes: Record<string, number>;
}

export interface FontPart {
  characters: string;
  font: Buffer;
}

/** Enough for names and running text; other features only cost bytes. */
const FEATURES = ['kern', 'ccmp', 'locl', 'mark', 'mkmk'];
/** The ligatures of both fonts. Their glyphs would be kept as soon as the text has their letters, side by side or not. */
const LIGATURE = /f[fijlt]/;
const DROP_TABLES = ['STAT', 'DSIG', 'meta', 'gasp', 'prep'];

/** Font subsets that cover the characters of `text`, except those missing from the font. */
export async function fontParts(
  source: FontSource,
  text: string,
  format: 'woff2' | 'sfnt',
): Promise<FontPart[]> {
  const ranges = JSON.parse(
    await readFile(require.resolve(`${source.package}/unicode.json`), 'utf8'),
  ) as Record<string, string>;
  const parts: FontPart[] = [];
  let missing = new Set(text.normalize('NFC'));
  for (const [subset, range] of Object.entries(ranges).reverse()) {
    const characters = [...missing].filter((character) => isInRange(character, range)).sort();
    if (!characters.some(isVisible)) continue;
    const file = require.resolve(`${source.package}/files/${source.file(subset)}`);
    const font = await subsetFont(await readFile(file), characters.join(''), {
      targetFormat: format,
      variationAxes: source.axes,
      keepFeatures: LIGATURE.test(text) ? [...FEATURES, 'liga'] : FEATURES,
      dropTables: DROP_TABLES,
      noHinting: true,
    });
    parts.push({ characters: characters.join(''), font });
    missing = new Set([...missing].filter((character) => !characters.includes(character)));
  }
  return parts;
}

export const DISPLAY_FONT_FAMILY = 'Source Serif 4';

/** The display font (SIL Open Font License), inline, about 2 kB for a name. */
const DISPLAY: FontSource = {
  package: '@fontsource-variable/source-serif-4',
  file: (subset) => `source-serif-4-${subset}-opsz-normal.woff2`,
  axes: { wght: 560, opsz: 48 },
};

export function displayFontParts(text: string, format: 'woff2' | 'sfnt'): Promise<FontPart[]> {
  return fontParts(DISPLAY, text, format);
}

/** `@font-face` rules. Characters that no part has fall back to the next font of the family list. */
export function fontFace(family: string, parts: FontPart[], descriptors = ''): string {
  return parts
    .map(({ characters, font }) => {
      const codes = [...characters].map((character) => `U+${character.codePointAt(0)!.toString(16)}`);
      // Without a range, the last part would replace the others.
      const range = parts.length > 1 ? `unicode-range:${codes.join(',')};` : '';
      return `@font-face{font-family:${family};src:url(data:font/woff2;base64,${font.toString('base64')});${range}${descriptors}}`;
    })
    .join('');
}

/** Browsers reject a font without outlines, such as one for a zero-width non-joiner. */
function isVisible(character: string): boolean {
  return /[^\p{Z}\p{C}]/u.test(character);
}

function isInRange(character: string, range: string): boolean {
  const code = character.codePointAt(0)!;
  return range.split(',').some((part) => {
    const [from, to = from] = part.replace('U+', '').split('-');
    return code >= parseInt(from!, 16) && code <= parseInt(to!, 16);
  });
}
