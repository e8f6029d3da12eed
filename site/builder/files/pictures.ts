import { DISPLAY_FONT_FAMILY } from '../display-font.ts';
import { type Canvas, withCanvas, xml } from './drawing.ts';

export interface Pictures {
  card: Buffer;
  favicon: string;
  touchIcon: Buffer;
}

export interface CardText {
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
