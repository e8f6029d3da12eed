import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Resvg } from '@resvg/resvg-js';
import { DISPLAY_FONT_FAMILY, displayFontParts } from '../display-font.ts';

export interface Canvas {
  /** Width of `text` at a font size of one pixel. */
  measure(text: string): number;
  png(svg: string): Buffer;
  /** The picture with its letters as shapes: it needs no font. */
  outlines(svg: string): string;
}

/**
 * Draws SVG in the display font. Characters missing from it come from the system's fonts.
 * @param text everything that `draw` draws
 */
export async function withCanvas<T>(text: string, draw: (canvas: Canvas) => T): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'cloud-resume-fonts-'));
  try {
    const parts = await displayFontParts(text, 'sfnt');
    const fontFiles = await Promise.all(
      parts.map(async ({ font }, index) => {
        const file = join(folder, `${index}.ttf`);
        await writeFile(file, font);
        return file;
      }),
    );
    const covered = new Set(parts.flatMap(({ characters }) => [...characters]));
    const loadSystemFonts = [...text.normalize('NFC')].some(
      (character) => character.trim() && !covered.has(character),
    );
    const options = { font: { fontFiles, loadSystemFonts, defaultFontFamily: DISPLAY_FONT_FAMILY } };
    return draw({
      measure: (words) => (new Resvg(textElement(words, 100), options).getBBox()?.width ?? 0) / 100,
      png: (svg) => new Resvg(svg, options).render().asPng(),
      outlines: (svg) => new Resvg(svg, options).toString(),
    });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function textElement(text: string, size: number): string {
  return `<svg xmlns="http://www.w3.org/2000/svg" width="9999" height="200"><text y="100" font-size="${size}" font-family="${DISPLAY_FONT_FAMILY}">${xml(text)}</text></svg>`;
}

export function xml(text: string): string {
  return text.replace(/[<>&"]/g, (character) => `&#${character.charCodeAt(0)};`);
}
