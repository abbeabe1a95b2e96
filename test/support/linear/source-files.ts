// The modules of src as their syntax trees tell them: what each declares, imports and hands out. Runs nothing.
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { parseSync } from 'rolldown/utils';

/** A node of a syntax tree. */
export type Node = Readonly<Record<string, unknown>>;

/** A name that comes from another module. */
export interface Imported {
  /** `src/support/text.ts`, `node:fs`, `yaml`. */
  readonly from: string;
  /** What it is called there; `*` for the whole module. */
  readonly name: string;
}

/** One module. */
export interface SourceFile {
  readonly file: string;
  /** Whatever stands at its top level under a name: functions, constants, classes, types. */
  readonly declared: ReadonlyMap<string, Node>;
  readonly imported: ReadonlyMap<string, Imported>;
  /** What it calls its own exports: outside → inside. */
  readonly exported: ReadonlyMap<string, string>;
  /** What it hands on of others. */
  readonly handedOn: ReadonlyMap<string, Imported>;
  /** Modules that it hands on as a whole. */
  readonly handedOnWhole: readonly string[];
}

/** A module by its path. */
export type Sources = ReadonlyMap<string, SourceFile>;

/** All modules below a folder that are no tests. */
export function readSources(root: string, folder = 'src'): Sources {
  const names = readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' });
  const files = names
    .filter((name) => name.endsWith('.ts') && !/\.test\.ts$|(?:^|\/)testing(?:\/|\.ts$)/.test(name))
    .map((name) => relative(root, join(root, folder, name)))
    .toSorted();
  return new Map(files.map((file) => [file, readSource(file, readFileSync(join(root, file), 'utf8'))]));
}

/** Where a name that a module uses is declared, through all that hand it on; undefined for names of packages and of the language. */
export function declarationOf(
  sources: Sources,
  file: string,
  name: string,
): { readonly file: string; readonly node: Node } | Imported | undefined {
  const source = sources.get(file);
  const node = source?.declared.get(name);
  if (node !== undefined) return { file, node };
  const imported = source?.imported.get(name);
  return imported === undefined ? undefined : exportOf(sources, imported);
}

/** What a module hands out under a name. */
function exportOf(sources: Sources, { from, name }: Imported): ReturnType<typeof declarationOf> {
  const source = sources.get(from);
  if (source === undefined) return { from, name };
  const own = source.exported.get(name);
  if (own !== undefined) return declarationOf(sources, from, own);
  const handedOn = source.handedOn.get(name);
  if (handedOn !== undefined) return exportOf(sources, handedOn);
  for (const whole of source.handedOnWhole) {
    const found = exportOf(sources, { from: whole, name });
    if (found !== undefined && 'node' in found) return found;
  }
  return undefined;
}

function readSource(file: string, text: string): SourceFile {
  const declared = new Map<string, Node>();
  const imported = new Map<string, Imported>();
  const exported = new Map<string, string>();
  const handedOn = new Map<string, Imported>();
  const handedOnWhole: string[] = [];
  // a program is a tree of nodes like any other
  for (const statement of nodesIn((parseSync(file, text).program as unknown as Node)['body'])) {
    const isExport = statement['type'] === 'ExportNamedDeclaration';
    const from = moduleNamed(file, isNode(statement['source']) ? statement['source']['value'] : undefined);
    const declaration = isExport && isNode(statement['declaration']) ? statement['declaration'] : statement;
    for (const [name, node] of namesOf(declaration)) {
      declared.set(name, node);
      if (isExport) exported.set(name, name);
    }
    if (statement['type'] === 'ExportAllDeclaration' && from !== undefined) handedOnWhole.push(from);
    for (const specifier of nodesIn(statement['specifiers'])) {
      const local = nameOf(specifier['local']);
      if (statement['type'] === 'ImportDeclaration' && from !== undefined)
        imported.set(local, { from, name: importedName(specifier) });
      else if (from === undefined) exported.set(nameOf(specifier['exported']), local);
      else handedOn.set(nameOf(specifier['exported']), { from, name: local });
    }
  }
  return { file, declared, imported, exported, handedOn, handedOnWhole };
}

function namesOf(declaration: Node): readonly (readonly [string, Node])[] {
  if (declaration['type'] === 'VariableDeclaration')
    return nodesIn(declaration['declarations']).map((one) => [nameOf(one['id']), one]);
  const isNamed = /^(?:Function|Class|TSInterface|TSTypeAlias|TSEnum)Declaration$/.test(String(declaration['type']));
  return isNamed ? [[nameOf(declaration['id']), declaration]] : [];
}

function importedName(specifier: Node): string {
  if (specifier['type'] === 'ImportNamespaceSpecifier') return '*';
  return specifier['type'] === 'ImportDefaultSpecifier' ? 'default' : nameOf(specifier['imported']);
}

function moduleNamed(file: string, words: unknown): string | undefined {
  if (typeof words !== 'string') return undefined;
  return words.startsWith('.') ? join(dirname(file), words) : words;
}

/** The nodes of a list. */
export function nodesIn(value: unknown): readonly Node[] {
  return Array.isArray(value) ? value.filter(isNode) : [];
}

/** The name of an identifier. */
export function nameOf(node: unknown): string {
  const name = isNode(node) ? (node['name'] ?? node['value']) : undefined;
  return typeof name === 'string' ? name : '';
}

/** Whether it is a node at all. */
export function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null;
}
