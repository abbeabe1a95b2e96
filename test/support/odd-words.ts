// Words as people write them, down to the byte: what no editor shows, what looks like ours, and as much as GitHub takes.

/** Line ends of Windows, blanks at ends, characters that nobody sees, and marks that look like Troupe's. */
export const oddWords = [
  '<!-- troupe --> Why I did this\r',
  '  indented, with blanks at its end   ',
  'a tab\there, a bell \u0007, an escape \u001b[31m, an emoji 👩‍🚀🎭, a joiner \u200b, turned \u202e round',
  '<!-- troupe:run=rabcdefghijklmno pull-request -->',
  '<!-- troupe:run=rabcdefghijklmno text since=1 of=000000000000 title=- said=000000000000 -->\r',
  'Fixes nothing. cc @playhouse/nobody [skip ci]\r',
  '<!-- troupe:text end of=000000000000 -->',
  '',
  ' ',
].join('\n');

/** Titles keep what they are, too. */
export const oddTitle = 'Sum `twice` | [skip ci] @nobody  🎭';

/** Nearly all that GitHub takes. */
export const longWords = `${'A line that somebody wrote with care.\r\n'.repeat(1_540)}end  `;
