/** HTML as a tagged template that escapes every value except {@link Html}. (Prettier would reflow a tag named `html`.) */

export class Html {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
}

type Value = Html | string | number | false | null | undefined | Value[];

export function markup(strings: TemplateStringsArray, ...values: Value[]): Html {
  return new Html(strings.reduce((text, string, index) => text + render(values[index - 1]) + string));
}

/** Marks trusted text as HTML. */
export function raw(text: string): Html {
  return new Html(text);
}

/** Joins the values that are not empty. */
export function join(values: Value[], separator: Value): Html {
  return new Html(
    values
      .map(render)
      .filter((text) => text !== '')
      .join(render(separator)),
  );
}

const ENTITIES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

export function escape(text: string): string {
  return text.replace(/[&<>"]/g, (character) => ENTITIES[character]!);
}

function render(value: Value): string {
  if (value === undefined || value === null || value === false) return '';
  if (Array.isArray(value)) return value.map(render).join('');
  return value instanceof Html ? value.text : escape(String(value));
}
