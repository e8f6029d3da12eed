/** The display font: Source Serif 4 (SIL Open Font License), reduced to the letters of the name, inline, about 2 kB. */
import { fontFace, fontParts, type FontPart, type FontSource } from './font-subset.ts';

export const DISPLAY_FONT_FAMILY = 'Source Serif 4';

const SOURCE: FontSource = {
  package: '@fontsource-variable/source-serif-4',
  file: (subset) => `source-serif-4-${subset}-opsz-normal.woff2`,
  axes: { wght: 560, opsz: 48 },
};

/** `@font-face` rules for the characters of `text`. Characters missing from the font fall back to the visitor's fonts. */
export async function displayFontFace(text: string): Promise<string> {
  return fontFace('Display', await displayFontParts(text, 'woff2'));
}

/** Font subsets that cover the characters of `text`, except those missing from the font. */
export function displayFontParts(text: string, format: 'woff2' | 'sfnt'): Promise<FontPart[]> {
  return fontParts(SOURCE, text, format);
}
