// What to do about errors of YAML that people make most often.

/** A hint for an error code of the yaml library at an offset; undefined when there is nothing to add. */
export function yamlHint(code: string, text: string, at: number): string | undefined {
  const line = lineAt(text, at);
  if (/^[^"'#]*:\s+\{\{/.test(line)) return 'A value that starts with `{{` needs quotes around it.';
  const hints: Readonly<Record<string, string>> = {
    TAB_AS_INDENT: 'Use spaces.',
    BLOCK_AS_IMPLICIT_KEY: 'Text that contains `: ` needs quotes; or the next line is indented too far.',
    BAD_INDENT: 'Check the brackets and the indentation above this line.',
    BAD_ALIAS: 'Text that starts with `*` needs quotes.',
    MISSING_CHAR: 'Check quotes, colons and dashes here and on the line above.',
    BAD_SCALAR_START: 'Put quotes around the text.',
    UNEXPECTED_TOKEN: 'Check the indentation; text with special characters needs quotes.',
  };
  return hints[code];
}

function lineAt(text: string, at: number): string {
  const start = text.lastIndexOf('\n', Math.max(0, at - 1)) + 1;
  const end = text.indexOf('\n', at);
  return text.slice(start, end === -1 ? text.length : end);
}
