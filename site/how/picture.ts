import { markup, type Html } from '../theme/html.ts';
import { COMPONENTS, EDGES, type Component } from './components.ts';

const HEIGHT = 44;

/**
 * The system as inline SVG. Screen readers get the list below it instead.
 * @param second the second line of a component, if it has one
 */
export function picture(
  second: (component: Component) => string | undefined = ({ service }) => service,
): Html {
  return markup`<svg class="picture" viewBox="0 0 360 456" aria-hidden="true" focusable="false">${EDGES.map(
    ({ between, path }) => markup`<path data-edge="${between.join(' ')}" d="${path}"/>`,
  )}${COMPONENTS.map((component) => {
    const { id, name, box } = component;
    const [x, y, width] = box;
    const service = second(component);
    const middle = x + width / 2;
    return markup`<g data-node="${id}"><rect x="${x}" y="${y}" width="${width}" height="${HEIGHT}" rx="6"/><text x="${middle}" y="${y + (service ? 19 : 27)}">${name}</text>${service && markup`<text class="service" x="${middle}" y="${y + 35}">${service}</text>`}</g>`;
  })}</svg>`;
}
