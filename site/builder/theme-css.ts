/** The owner's `theme.css`, which changes the built-in theme through custom properties (docs/customise.md). */
import type { CssNode } from 'css-tree';
import generate from 'css-tree/generator';
import parse from 'css-tree/parser';
import walk from 'css-tree/walker';
import { clampChroma, converter, formatHex, parse as parseColor, wcagContrast, type Color } from 'culori';
import { UserError } from '../../shared/user-error.ts';

/** Colours on `--paper`, with the contrast that WCAG 2.2 level AA requires: of text, and of what is not text. */
const ON_PAPER: [property: string, contrast: number][] = [
  ['--ink', 4.5],
  ['--soft', 4.5],
  ['--accent', 4.5],
  ['--live', 3],
];
const MAX_SIZE = 50_000;

interface Declared {
  value: string;
  line?: number | undefined;
}

/**
 * Checks and minifies the style sheet.
 * @param base the theme's own style sheet, for the properties that the owner leaves alone
 * @param hue `meta.site.hue`, which overrides `--hue`
 * @throws {UserError} with every mistake: its line, and for a colour the nearest one that is readable
 */
export function themeCss(text: string, base: string, hue?: number): string {
  const problems: string[] = [];
  const problem: Report = (line, message) =>
    problems.push(`theme.css${line === undefined ? '' : `:${line}`}: ${message}`);
  if (text.length > MAX_SIZE) problem(undefined, `has ${text.length} characters; the limit is ${MAX_SIZE}.`);
  const sheet = parse(text, {
    positions: true,
    parseCustomProperty: false,
    onParseError: (error) => problem((error as unknown as { line: number }).line, `${error.message}.`),
  });
  // The generator writes escaped characters as they are.
  const css = generate(sheet);
  if (/<\/style/i.test(css)) problem(undefined, 'contains "</style", which would end the style sheet.');
  // Custom properties stay as they are written, but what they would load is checked too.
  checkRules(parse(text, { positions: true, parseCustomProperty: true }), problem);
  const own = declarations(sheet);
  const fixed = hue === undefined ? {} : { '--hue': { value: String(hue) } };
  checkContrast({ ...declarations(parse(base)), ...own, ...fixed }, own, problem);
  if (problems.length > 0)
    throw new UserError(
      problems.join('\n'),
      'Nothing was built. docs/customise.md lists what theme.css can set.',
    );
  return css;
}

type Report = (line: number | undefined, message: string) => void;

/** The page is one file without third parties, and its switch between light and dark must reach every colour. */
function checkRules(sheet: CssNode, problem: Report): void {
  walk(sheet, (node) => {
    const line = node.loc?.start.line;
    if (node.type === 'Atrule' && node.name.toLowerCase() === 'import')
      problem(line, '@import would load another file. Copy its rules.');
    if (node.type === 'Atrule' && /prefers-color-scheme/i.test(generate(node.prelude ?? node)))
      problem(
        line,
        'the switch on the page overrides prefers-color-scheme. Write colours as light-dark(LIGHT, DARK).',
      );
    for (const url of loadedBy(node))
      if (!/^(data:|(?!\/\/)[\w./-]+$)/.test(url))
        problem(line, `url(${url}) is on another server. Put the file into public/ and write url(/NAME).`);
  });
}

/** Addresses that the node itself makes the browser load. In `image-set()`, a string is one too. */
function loadedBy(node: CssNode): string[] {
  if (node.type === 'Url') return [node.value];
  if (node.type !== 'Function' || !/image-set$/i.test(node.name)) return [];
  return node.children.toArray().flatMap((child) => (child.type === 'String' ? [child.value] : []));
}

/** Custom properties by name; the last one counts. Those for paper are left out. */
function declarations(sheet: CssNode): Record<string, Declared> {
  const found: Record<string, Declared> = {};
  walk(sheet, {
    visit: 'Declaration',
    enter({ property, value, loc }) {
      if (this.atrule?.prelude && /\bprint\b/.test(generate(this.atrule.prelude))) return;
      if (property.startsWith('--'))
        found[property] = { value: generate(value).trim(), line: loc?.start.line };
    },
  });
  return found;
}

function checkContrast(all: Record<string, Declared>, own: Record<string, Declared>, problem: Report): void {
  const line = (property: string) => (own[property] ?? own['--paper'] ?? own['--hue'])?.line;
  for (const mode of ['light', 'dark'] as const) {
    const paper = colorOf(all['--paper']!.value, mode, all);
    for (const [property, wanted] of ON_PAPER) {
      const color = colorOf(all[property]!.value, mode, all);
      const opaque = [paper, color].every((one) => one && (one.alpha ?? 1) === 1);
      if (!opaque || !paper || !color) {
        const wrong = paper && (paper.alpha ?? 1) === 1 ? property : '--paper';
        if (own[wrong] && mode === 'light')
          problem(
            line(wrong),
            `${wrong} is ${all[wrong]!.value}, which cannot be checked. Write an opaque colour: #1a2b3c, rgb(), hsl() or oklch().`,
          );
        continue;
      }
      const contrast = wcagContrast(color, paper);
      // The colours of the theme itself are tested at every hue.
      if (contrast >= wanted || !(own[property] ?? own['--paper'])) continue;
      problem(
        line(property),
        `${property} is ${formatHex(color)} in ${mode} mode, with a contrast of ${contrast.toFixed(2)} on ${formatHex(paper)}; it needs ${wanted}. The nearest colour that passes is ${nearest(color, paper, wanted)}.`,
      );
    }
  }
}

/** Resolves `var()`, up to a depth that no cycle leaves, and `light-dark()`. */
function colorOf(
  value: string,
  mode: 'light' | 'dark',
  all: Record<string, Declared>,
  depth = 9,
): Color | undefined {
  const plain = value.replaceAll(/var\((--[\w-]+)\)/g, (whole, name: string) => all[name]?.value ?? whole);
  if (plain !== value && depth > 0) return colorOf(plain, mode, all, depth - 1);
  const [, light, dark] =
    /^light-dark\(((?:[^(),]|\([^()]*\))+),((?:[^(),]|\([^()]*\))+)\)$/.exec(value) ?? [];
  return parseColor((mode === 'light' ? light : dark)?.trim() ?? value);
}

const toOklch = converter('oklch');

/** Changes only the lightness, by as little as possible. @returns `#rrggbb` */
export function nearest(color: Color, paper: Color, wanted: number): string {
  const { l, ...rest } = toOklch(color);
  const at = (lightness: number) => formatHex(clampChroma({ ...rest, l: lightness }, 'oklch'));
  const passes = (lightness: number) => wcagContrast(at(lightness), paper) >= wanted;
  const steps = Array.from({ length: 1001 }, (_, index) => index / 1000).filter(passes);
  return at(steps.reduce((best, step) => (Math.abs(step - l) < Math.abs(best - l) ? step : best)));
}
