// Patterns as rules of a repository hold them against names, addresses and messages. Decides only; what it cannot read fits.
type Parameters = Readonly<Record<string, unknown>>;

const mostText = 300;
const mostPattern = 300;

/** Whether one of the texts, or its first line, is as the rule wants it. */
export function fitsPattern({ operator, pattern, negate }: Parameters, texts: readonly string[]): boolean {
  if (typeof pattern !== 'string' || typeof operator !== 'string') return true;
  const found = texts.map((text) => isFound(operator, pattern, text.slice(0, mostText)));
  if (found.includes(undefined)) return true;
  return found.some((one) => one !== (negate === true));
}

function isFound(operator: string, pattern: string, text: string): boolean | undefined {
  switch (operator) {
    case 'starts_with':
      return text.startsWith(pattern);
    case 'ends_with':
      return text.endsWith(pattern);
    case 'contains':
      return text.includes(pattern);
    case 'regex':
      return isMatch(pattern, text);
    default:
      return undefined;
  }
}

/** GitHub's own engine takes linear time for every pattern, and ours does not: one that could take long is not tried. */
function isMatch(pattern: string, text: string): boolean | undefined {
  if (pattern.length > mostPattern || couldTakeLong(pattern)) return undefined;
  const [, flags = '', body = pattern] = /^\(\?([ims]+)\)([\s\S]*)$/.exec(pattern) ?? [];
  try {
    return new RegExp(body, flags).test(text);
  } catch {
    return undefined;
  }
}

/** A repeated group that holds a choice or another repetition, or many repetitions of anything. */
function couldTakeLong(pattern: string): boolean {
  const bare = pattern.replaceAll(/\\./g, 'x').replaceAll(/\[[^\]]*\]/g, 'x');
  return /\([^)]*[*+{|][^)]*\)\s*(?:[*+]|\{\d*,)/.test(bare) || (bare.match(/[*+]|\{\d*,\}/g) ?? []).length > 4;
}

/** Whether a protection's pattern names the branch, as fnmatch does it: `*` stays within a part of the name. */
export function isNamedBy(branch: string, pattern: string): boolean {
  if (pattern.length > mostPattern) return false;
  const parts = pattern.split(/(\*\*\/|\*+|\?)/).map((part) => {
    if (part === '**/') return '(?:[^/]+/)*';
    if (part.startsWith('*')) return '[^/]*';
    return part === '?' ? '[^/]' : RegExp.escape(part);
  });
  return new RegExp(`^${parts.join('')}$`).test(branch.slice(0, mostText));
}
