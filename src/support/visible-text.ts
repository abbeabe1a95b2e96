// One way to write a line end, and no characters that nobody sees. Knows no Markdown.

/** Removes control, direction and zero-width characters; every line break becomes `\n`. */
export function visibleText(text: string): string {
  return text.replaceAll(lineBreak, '\n').replaceAll(invisible, '').toWellFormed();
}

// oxlint-disable-next-line no-control-regex
const lineBreak = /\r\n?|[\u2028\u2029\u0085\u000b\u000c]/g;

// C0 without tab and newline, C1, zero-width (not the joiners that emoji and scripts need), direction marks and overrides, tags.
const invisible =
  // oxlint-disable-next-line no-control-regex
  /[\u0000-\u0008\u000e-\u001f\u007f-\u009f\u00ad\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff]|[\u{e0000}-\u{e007f}]/gu;
