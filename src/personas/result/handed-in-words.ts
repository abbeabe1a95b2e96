// What a person hands in with the words of an answer: a patch in a fenced block, or a branch. Pure; fetches and applies nothing.

/** The words without what was handed in with them. */
export interface HandedInWords {
  readonly words: string;
  /** As `git apply` takes it. */
  readonly patch?: string;
  /** Names of branches, as written. */
  readonly branches: readonly string[];
  /** A file is attached to the comment: only its address stands in the text. */
  readonly hasAttachment: boolean;
}

interface Fence {
  readonly marker: string;
  readonly opening: string;
  readonly saysPatch: boolean;
  readonly lines: string[];
}

/** Reads them: fenced blocks that are patches, and lines that end with `branch: <name>`. */
export function readHandedIn(text: string): HandedInWords {
  const words: string[] = [];
  const patches: string[] = [];
  const branches: string[] = [];
  let fence: Fence | undefined;

  function close(ending: readonly string[]): void {
    if (fence === undefined) return;
    const { lines, opening } = fence;
    if (isPatch(fence)) patches.push(`${lines.join('\n')}\n`);
    else words.push(opening, ...lines, ...ending);
    fence = undefined;
  }

  for (const line of text.split(/\r?\n/)) {
    if (fence !== undefined) {
      if (closes(line, fence.marker)) close([line]);
      else fence.lines.push(line);
      continue;
    }
    fence = fenceIn(line);
    if (fence !== undefined) continue;
    const named = branchIn(line);
    if (named !== undefined) branches.push(named.branch);
    words.push(named?.before ?? line);
  }
  // one that is never closed ends with the text
  close([]);
  const patch = patches.length === 0 ? {} : { patch: patches.join('') };
  return {
    words: words.join('\n').trim(),
    ...patch,
    branches,
    hasAttachment: text.includes('/user-attachments/files/'),
  };
}

function fenceIn(line: string): Fence | undefined {
  const [, marker = '', info = ''] = /^ {0,3}(`{3,}|~{3,})[ \t]{0,8}([\w-]{0,20})/.exec(line) ?? [];
  if (marker === '') return undefined;
  return { marker, opening: line, saysPatch: ['diff', 'patch', 'udiff'].includes(info.toLowerCase()), lines: [] };
}

function closes(line: string, marker: string): boolean {
  const bare = line.trim();
  return bare.length >= marker.length && bare === (marker[0] ?? '').repeat(bare.length);
}

function isPatch({ saysPatch, lines }: Fence): boolean {
  return saysPatch || lines.some((line, at) => at < 40 && line.startsWith('diff --git '));
}

const word = 'branch:';

/** `branch: <name>` at the end of a line. */
function branchIn(line: string): { readonly branch: string; readonly before: string } | undefined {
  const at = line.toLowerCase().lastIndexOf(word);
  if (at < 0 || (at > 0 && !/\s/.test(line.charAt(at - 1)))) return undefined;
  const name = line
    .slice(at + word.length)
    .trim()
    .replaceAll('`', '');
  return name === '' || /\s/.test(name) ? undefined : { branch: name, before: line.slice(0, at).trimEnd() };
}
