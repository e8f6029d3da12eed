import { markup, type Html } from '../theme/html.ts';
import { COMPONENTS, EDGES } from './components.ts';

const HEIGHT = 44;

/** The system as inline SVG. Screen readers get the list below it instead. */
export function picture(): Html {
  return markup`<svg class="picture" viewBox="0 0 360 456" aria-hidden="true" focusable="false">${EDGES.map(
    ({ between, path }) => markup`<path data-edge="${between.join(' ')}" d="${path}"/>`,
  )}${COMPONENTS.map(({ id, name, service, box: [x, y, width] }) => {
    const middle = x + width / 2;
    return markup`<g data-node="${id}"><rect x="${x}" y="${y}" width="${width}" height="${HEIGHT}" rx="6"/><text x="${middle}" y="${y + (service ? 19 : 27)}">${name}</text>${service && markup`<text class="service" x="${middle}" y="${y + 35}">${service}</text>`}</g>`;
  })}</svg>`;
}
