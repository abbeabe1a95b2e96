// Finds text that only looks like YAML: marks without their other half, more than anybody writes by mistake.

const mostStray = 100;

/** Where brackets that close nothing, or quotes in a row, become so many that nobody meant them: the library takes the square of their number. */
export function strayMarks(text: string): number | undefined {
  let open = 0;
  let stray = 0;
  for (let at = 0; at < text.length; at += 1) {
    const character = text.charAt(at);
    if (character === '[' || character === '{') open += 1;
    else if ((character === ']' || character === '}') && open > 0) open -= 1;
    else if (character === ']' || character === '}' || (character === '"' && text.startsWith('"""', at))) stray += 1;
    if (stray > mostStray) return at;
  }
  return undefined;
}
