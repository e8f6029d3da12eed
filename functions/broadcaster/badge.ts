/** count.svg: the number of visits as a badge for a README. It has no style sheet, which the site's policy would block. */

const FONT_SIZE = 11;
/** Average width of a character; `textLength` fits the text to it. */
const CHARACTER = 6.6;
const PADDING = 7;
const HEIGHT = 20;

export function drawBadge(count: number): string {
  const number = count.toLocaleString('en');
  const [label, value] = ['Visits', number].map((text) => ({
    text,
    width: Math.round(text.length * CHARACTER),
  }));
  const split = label!.width + 2 * PADDING;
  const width = split + value!.width + 2 * PADDING;
  const text = (part: { text: string; width: number }, x: number, fill: string) =>
    `<text x="${x}" y="14" fill="${fill}" textLength="${part.width}">${part.text}</text>`;
  return (
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${HEIGHT}" role="img" aria-label="Visits: ${number}" ` +
    `font-family="system-ui,Verdana,sans-serif" font-size="${FONT_SIZE}">` +
    `<title>Visits: ${number}</title><rect width="${width}" height="${HEIGHT}" rx="4" fill="#14181c"/>` +
    `<circle cx="${split}" cy="${HEIGHT / 2}" r="2.5" fill="#4cc38a"/>` +
    `${text(label!, PADDING - 1, '#e9edf0')}${text(value!, split + PADDING, '#ffffff')}</svg>`
  );
}
