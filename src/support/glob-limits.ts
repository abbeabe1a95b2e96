// How large globs may be, wherever somebody writes them. Matching one costs time with every path; braces multiply. Matches nothing.

const most = { length: 256, globs: 256, alternatives: 64, inAll: 1_024, stars: 3, anyFolders: 3 };

/** What is too much about a list of globs: which one (undefined: the list), and the end of a sentence about it. */
export function globProblem(
  globs: readonly string[],
): { readonly index: number | undefined; readonly problem: string } | undefined {
  if (globs.length > most.globs)
    return { index: undefined, problem: `holds ${globs.length} globs; the most are ${most.globs}` };
  let inAll = 0;
  for (const [index, glob] of globs.entries()) {
    const problem = oneProblem(glob);
    if (problem !== undefined) return { index, problem };
    inAll += alternativesOf(glob)?.length ?? 0;
    if (inAll > most.inAll)
      return { index, problem: `makes the braces of the list stand for over ${most.inAll} globs: write fewer` };
  }
  return undefined;
}

/** The globs without braces that a glob stands for; undefined where they are too many. */
export function alternativesOf(glob: string): readonly string[] | undefined {
  if (glob.length > most.length) return undefined;
  const found: string[] = [];
  const open = [glob];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const group = /\{[^{}]*\}/.exec(next);
    if (group === null) found.push(next);
    else open.push(...spread(next, group.index, group.index + group[0].length - 1));
    if (found.length + open.length > most.alternatives) return undefined;
  }
  return found;
}

/** Last first: they are taken from the end. */
function spread(glob: string, start: number, end: number): readonly string[] {
  const choices = glob.slice(start + 1, end).split(',');
  return choices.map((choice) => glob.slice(0, start) + choice + glob.slice(end + 1)).toReversed();
}

function oneProblem(glob: string): string | undefined {
  if (glob.length > most.length) return `is ${glob.length} characters long; the most are ${most.length}`;
  const all = alternativesOf(glob);
  if (all === undefined) return `stands for over ${most.alternatives} globs by its braces: write fewer groups`;
  for (const one of all) {
    const names = one.split('/');
    if (one.split(/\*{2,}/).length - 1 > most.anyFolders)
      return `holds \`**\` over ${most.anyFolders} times: name some of the folders`;
    if (names.some((name) => name.replaceAll(/\*+/g, '*').split('*').length - 1 > most.stars))
      return `holds \`*\` over ${most.stars} times in one name: write more of the name`;
  }
  return undefined;
}
