// Compares paths with the table of files that agents obey, as the most careless disk would. Reads no disk.
import { agentFiles } from './agent-files.ts';
import type { AgentFiles } from './agent-files.ts';
import { foldedName } from './names.ts';

/**
 * The tool whose file lies there, or whose folder a file or link of this name would take the place of (`.github`); undefined for
 * everybody's files.
 */
export function agentToolAt(path: string): string | undefined {
  const { tool, isCommon } = ruleAt(path) ?? {};
  return isCommon === true ? undefined : tool;
}

/** Whether an agent that works in the tree would read the file as its own orders or configuration. */
export function isAgentFile(path: string): boolean {
  const rule = ruleAt(path);
  return rule !== undefined && !rule.isOnTheWay;
}

interface Rule {
  readonly tool: string;
  readonly isCommon: boolean;
  readonly isOnTheWay: boolean;
}

function ruleAt(path: string): Rule | undefined {
  const names = path.split('/').map(foldedName);
  for (const [index, name] of names.entries()) {
    const row = compiled.plain.get(name) ?? patternOf(name)?.row;
    if (row !== undefined) return ruleOf(row, false);
    for (const { row: deep, below } of compiled.deep.get(name) ?? []) {
      const rest = names.slice(index + 1, index + 1 + below.length);
      if (rest.every((one, n) => below[n]?.test(one) === true)) return ruleOf(deep, rest.length < below.length);
    }
  }
  return undefined;
}

function patternOf(name: string): Pattern | undefined {
  return compiled.any.test(name) ? compiled.patterns.find(({ expression }) => expression.test(name)) : undefined;
}

function ruleOf({ tool, isCommon = false }: AgentFiles, isOnTheWay: boolean): Rule {
  return { tool, isCommon, isOnTheWay };
}

interface Pattern {
  readonly row: AgentFiles;
  readonly expression: RegExp;
}

const compiled = compile(agentFiles);

function compile(rows: readonly AgentFiles[]) {
  const plain = new Map<string, AgentFiles>();
  const patterns: Pattern[] = [];
  const deep = new Map<string, { readonly row: AgentFiles; readonly below: readonly RegExp[] }[]>();
  for (const row of rows)
    for (const path of row.paths) {
      const [name = '', ...below] = path.split('/').map(foldedName);
      if (below.length > 0) {
        const expressions = below.map((one) => new RegExp(`^(?:${sourcesOf(one).join('|')})$`, 's'));
        deep.set(name, [...(deep.get(name) ?? []), { row, below: expressions }]);
      } else {
        if (!name.includes('*')) plain.set(name, row);
        patterns.push({ row, expression: new RegExp(`^(?:${sourcesOf(name).join('|')})$`, 's') });
      }
    }
  // most names are nobody's: one look tells
  const any = new RegExp(patterns.map(({ expression }) => expression.source).join('|'), 's');
  return { plain, patterns, deep, any };
}

function sourcesOf(name: string): readonly string[] {
  const short = shortName(name);
  return short === undefined ? [translated(name)] : [translated(name), short];
}

function translated(name: string): string {
  return name.split('*').map(escaped).join('.*');
}

/** As old disks of Windows shorten a name that is long or has a dot in front: `claude~1`, `mcp~1.jso`. */
function shortName(name: string): string | undefined {
  const [, stem = '', end = ''] = /^\.?(.*?)(?:\.([^.*]*))?$/.exec(name) ?? [];
  if (!name.startsWith('.') && stem.length <= 8 && end.length <= 3 && !/[.*]/.test(stem)) return undefined;
  const [first = '', ...more] = stem.replaceAll('.', '').split('*');
  const head = first.slice(0, 6);
  const middle = more.length > 0 && head.length < 6 ? '[^.~]*' : '';
  const tail = name.endsWith('*') ? String.raw`(?:\..*)?` : end === '' ? '' : escaped(`.${end.slice(0, 3)}`);
  return String.raw`${escaped(head)}${middle}~\d+${tail}`;
}

function escaped(text: string): string {
  return text.replaceAll(/[\\^$.*+?()[\]{}|/-]/g, String.raw`\$&`);
}
