/** What both pictures have in common: size, title, description, and colours for light and dark mode. */
export const WIDTH = 960;
export const LEFT = 34;

interface Picture {
  height: number;
  title: string;
  description: string;
  /** More rules, and those for dark mode. */
  style: { light: string; dark: string };
  body: string[];
}

export function svgOf({ height, title, description, style, body }: Picture): string {
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" role="img" aria-labelledby="t d">`,
    `<title id="t">${title}</title>`,
    `<desc id="d">${description}</desc>`,
    `<style>
  text { font: 12px system-ui, -apple-system, "Segoe UI", sans-serif; fill: #40464d; }
  .paper { fill: #ffffff; } .title { font-size: 18px; } .title, .strong { font-weight: 600; fill: #14181c; }
  ${style.light}
  @media (prefers-color-scheme: dark) {
    text { fill: #b4bcc6; } .paper { fill: #14181d; } .title, .strong { fill: #f1f4f7; }
    ${style.dark}
  }
</style>`,
    `<rect class="paper" width="${WIDTH}" height="${height}" rx="8"/>`,
    `<text class="title" x="${LEFT}" y="38">${title}</text>`,
    ...body,
    '</svg>',
    '',
  ].join('\n');
}

export const round = (value: number): number => Math.round(value * 10) / 10;
