// Which branch keeps another one from being made: git keeps branches like files, so a name cannot be a folder as well. Pure.

/** A branch that stands in the way. */
export interface InTheWay {
  readonly branch: string;
  /** It differs in capitals only, on a server that does not tell them apart. */
  readonly isSister: boolean;
}

/** The branch among `others` that keeps `wanted` from being made; undefined when none does. */
export function branchInTheWay(wanted: string, others: readonly string[]): InTheWay | undefined {
  const exact = others.find((other) => isAbove(other, wanted)) ?? others.find((other) => isAbove(wanted, other));
  if (exact !== undefined) return { branch: exact, isSister: false };
  const folded = wanted.toLowerCase();
  const sister = others.find((other) => {
    const name = other.toLowerCase();
    return name === folded || isAbove(name, folded) || isAbove(folded, name);
  });
  return sister === undefined ? undefined : { branch: sister, isSister: true };
}

function isAbove(folder: string, name: string): boolean {
  return name.startsWith(`${folder}/`);
}
