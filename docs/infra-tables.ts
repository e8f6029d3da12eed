/** Generates the tables of infra/README.md from the configuration, like terraform-docs. */
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const INFRA = fileURLToPath(new URL('../infra', import.meta.url));
export const INFRA_README = join(INFRA, 'README.md');

/** Each table is between `<!-- name -->` and `<!-- /name -->`. */
const TABLES = { files: filesTable, inputs: inputsTable, outputs: outputsTable } as const;

interface Block {
  kind: string;
  /** Labels: type and name of a resource, the name of a variable. */
  labels: string[];
  body: string;
}

/** Returns the README with its tables up to date. @throws when a marker is missing */
export async function withInfraTables(readme: string): Promise<string> {
  const files = (await readdir(INFRA)).filter((name) => name.endsWith('.tf')).sort();
  const blocks = new Map<string, Block[]>();
  for (const file of files) blocks.set(file, readBlocks(await readFile(join(INFRA, file), 'utf8')));
  let text = readme;
  for (const [name, table] of Object.entries(TABLES)) {
    const place = new RegExp(`(<!-- ${name} -->\n)[^]*?(<!-- /${name} -->)`);
    if (!place.test(text)) throw new Error(`infra/README.md has no <!-- ${name} --> … <!-- /${name} -->.`);
    text = text.replace(place, (_, begin: string, end: string) => begin + table(blocks) + end);
  }
  return text;
}

/** `terraform fmt` puts every top-level block's first and last line at the margin, so no parser is needed. */
function readBlocks(source: string): Block[] {
  return [...source.matchAll(/^(\w+)((?: "[^"]+")*) \{\n([^]*?)^\}/gm)].map(([, kind, labels, body]) => ({
    kind: kind!,
    labels: [...labels!.matchAll(/"([^"]+)"/g)].map(([, label]) => label!),
    body: body!,
  }));
}

/** An argument of a block, possibly on several lines; undefined if absent. */
function argument({ body }: Block, name: string): string | undefined {
  return new RegExp(`^  ${name} += ([^]*?)\\n(?=  \\S|\\n|$(?![^]))(?!  [}\\])])`, 'm')
    .exec(body)?.[1]
    ?.trim();
}

function filesTable(blocks: ReadonlyMap<string, Block[]>): string {
  const rows = [...blocks].flatMap(([file, own]) => {
    const resources = own.filter(({ kind }) => kind === 'resource').map(({ labels }) => `\`${labels[0]}\``);
    return resources.length ? [[`[${file}](${file})`, [...new Set(resources)].join(', ')]] : [];
  });
  return markdown(['file', 'what it creates'], rows);
}

function inputsTable(blocks: ReadonlyMap<string, Block[]>): string {
  return markdown(
    ['variable', 'type', 'default', 'what it is'],
    named(blocks, 'variable').map((block) => [
      `\`${block.labels[0]}\``,
      code(argument(block, 'type')?.replace(/\s+/g, ' ') ?? ''),
      code(argument(block, 'default') ?? ''),
      description(block),
    ]),
  );
}

function outputsTable(blocks: ReadonlyMap<string, Block[]>): string {
  return markdown(
    ['output', 'what it is'],
    named(blocks, 'output').map((block) => [`\`${block.labels[0]}\``, description(block)]),
  );
}

function named(blocks: ReadonlyMap<string, Block[]>, kind: string): Block[] {
  return [...blocks.values()].flat().filter((block) => block.kind === kind);
}

function description(block: Block): string {
  const text = argument(block, 'description');
  if (!text) throw new Error(`${block.kind} ${block.labels[0]} has no description.`);
  return JSON.parse(text) as string;
}

function code(text: string): string {
  return text && `\`${text}\``;
}

function markdown(head: string[], rows: string[][]): string {
  const line = (cells: string[]) =>
    `| ${cells.map((cell) => cell.replaceAll('|', '\\|').replaceAll('<', '&lt;')).join(' | ')} |\n`;
  return line(head) + line(head.map(() => '---')) + rows.map(line).join('');
}

if (process.argv[1] === fileURLToPath(import.meta.url))
  await writeFile(INFRA_README, await withInfraTables(await readFile(INFRA_README, 'utf8')));
