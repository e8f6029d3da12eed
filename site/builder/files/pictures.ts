import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Resvg } from '@resvg/resvg-js';
import { DISPLAY_FONT_FAMILY, displayFontParts } from '../font-subset.ts';

interface Pictures {
  card: Buffer;
  favicon: string;
  touchIcon: Buffer;
}

interface CardText {
  name: string;
  label: string;
  /** The page's URL without scheme. */
  address: string;
}

const MARGIN = 96;
const WIDTH = 1200;

/** The OpenGraph card (1200 × 630) and the page's icons. */
export async function pictures(text: CardText): Promise<Pictures> {
  const initial = [...text.name.trim()][0] ?? '';
  return withCanvas(text.name + text.label + text.address, (canvas) => ({
    card: canvas.png(card(canvas, text)),
    favicon: canvas.outlines(icon(canvas, initial, 64, 14)),
    touchIcon: canvas.png(icon(canvas, initial, 180, 0)),
  }));
}

function card(canvas: Canvas, { name, label, address }: CardText): string {
  const line = (text: string, y: number, largest: number, color: string) => {
    if (!text) return '';
    const size = Math.min(largest, (WIDTH - 2 * MARGIN) / (canvas.measure(text) || 1));
    return `<text x="${MARGIN}" y="${y}" font-size="${size.toFixed(1)}" fill="${color}">${xml(text)}</text>`;
  };
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="630" font-family="${DISPLAY_FONT_FAMILY}"><rect width="100%" height="100%" fill="#fff"/>${line(name, 290, 132, '#14181c')}${line(label, 376, 50, '#57616a')}<path d="M${MARGIN} 488h144" stroke="#14181c" stroke-width="2"/><path d="M${MARGIN + 176} 488h${WIDTH - 2 * MARGIN - 176}" stroke="#e2e6e9" stroke-width="2"/>${line(address, 550, 32, '#00626a')}</svg>`;
}

function icon(canvas: Canvas, initial: string, size: number, radius: number): string {
  const fontSize = size * 0.68;
  const x = (size - canvas.measure(initial) * fontSize) / 2;
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${size}" height="${size}" viewBox="0 0 ${size} ${size}" font-family="${DISPLAY_FONT_FAMILY}"><rect width="${size}" height="${size}" rx="${radius}" fill="#14181c"/><text x="${x.toFixed(1)}" y="${size * 0.74}" font-size="${fontSize}" fill="#fff">${xml(initial)}</text></svg>`;
}

interface Canvas {
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
async function withCanvas<T>(text: string, draw: (canvas: Canvas) => T): Promise<T> {
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

function xml(text: string): string {
  return text.replace(/[<>&"]/g, (character) => `&#${character.charCodeAt(0)};`);
}
