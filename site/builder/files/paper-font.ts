/**
 * The PDF's text font: Source Sans 3 (SIL Open Font License) for Latin, Greek and Cyrillic, so the PDF does not depend on the fonts of
 * the machine that builds it. Static weights, because Chromium draws variable fonts as shapes that parsers read badly.
 */
import { fontFace, fontParts, type FontSource } from '../font-subset.ts';

const STYLES = [
  { weight: 400, style: 'normal' },
  { weight: 600, style: 'normal' },
  { weight: 400, style: 'italic' },
] as const;

const source = (weight: number, style: string): FontSource => ({
  package: '@fontsource-variable/source-sans-3',
  file: (subset) => `source-sans-3-${subset}-wght-${style}.woff2`,
  axes: { wght: weight },
});

export interface PaperFont {
  /** `@font-face` rules for the family `Paper`. */
  css: string;
  /** Letters that the font lacks: the machine's own fonts draw them. */
  missing: string;
}

/** @param text everything that may be printed */
export async function paperFont(text: string): Promise<PaperFont> {
  const faces = await Promise.all(
    STYLES.map(async ({ weight, style }) => ({
      parts: await fontParts(source(weight, style), text, 'woff2'),
      descriptors: `font-weight:${weight};font-style:${style}`,
    })),
  );
  const covered = new Set(faces[0]!.parts.flatMap(({ characters }) => [...characters]));
  return {
    css: faces.map(({ parts, descriptors }) => fontFace('Paper', parts, descriptors)).join(''),
    missing: [...new Set(text.normalize('NFC').match(/\p{L}/gu))]
      .filter((letter) => !covered.has(letter))
      .join(''),
  };
}
