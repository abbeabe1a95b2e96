// Follows the HTML of a comment and knows whether an element that is open now hides, quotes or shrinks the text inside it.

/** The elements that are open at a place of a text. */
export interface Hiding {
  /** Takes the tags of a piece of HTML, which may end anywhere. */
  read(html: string): void;
  /** Takes a piece of text. GitHub shows a comment or tag that is not closed; whoever opened it did not want to be read. */
  text(shown: string): void;
  /** A quote or an entry of a list begins (1) or ends (-1). */
  container(nesting: number): void;
  hides(): boolean;
}

/** `<details>` is closed until somebody opens it: what is in there was not plainly said. */
const hiding = new Set(
  `details summary template script style head title textarea noscript iframe object audio video canvas svg math select
  datalist dialog noframes noembed xmp plaintext listing map picture pre code samp kbd tt var blockquote q cite del s
  strike sub sup small table button form fieldset ruby rt rp figure`.split(/\s+/),
);

/** Nothing but their own end ends them. */
const raw = new Set('script style textarea title xmp iframe noembed noframes plaintext'.split(' '));

const endOfRaw: ReadonlyMap<string, RegExp> = new Map([...raw].map((name) => [name, new RegExp(`</${name}`, 'i')]));

/** Elements that stand around ordinary text hide it only when they are told to look different. */
const layout = new Set(
  'div p span center section article main header footer b strong i em u ins a font h1 h2 h3 h4 h5 h6'.split(' '),
);

/** Nothing is open yet. */
export function createHiding(): Hiding {
  // one list for each container; GitHub closes what was left open in a quote where the quote ends
  const open: string[][] = [[]];
  let brokenOff = false;
  let inComment = false;
  let inAttribute = false;

  function read(html: string): void {
    let rest = html;
    while (rest !== '' && !brokenOff) {
      const inRaw = open.at(-1)?.findLast((name) => raw.has(name));
      const start = inRaw === undefined ? rest.indexOf('<') : rest.search(endOfRaw.get(inRaw) ?? /$/);
      if (start === -1) return;
      rest = rest.slice(start);
      const end = endOfTag(rest);
      // the rest of the text is an attribute or a comment to a browser
      if (end === undefined) brokenOff = true;
      else {
        take(rest.slice(0, end));
        rest = rest.slice(end);
      }
    }
  }

  function take(tag: string): void {
    const [, slash, written = '', attributes = ''] = /^<(\/?)([a-z][^\s/>]*)(.*)$/is.exec(tag) ?? [];
    const name = written.toLowerCase();
    const inner = open.at(-1);
    if (slash === '/') {
      const last = inner?.lastIndexOf(name) ?? -1;
      if (last !== -1) inner?.splice(last, 1);
    } else if (hiding.has(name) || (layout.has(name) && looksDifferent(attributes))) inner?.push(name);
  }

  return {
    read,
    text(shown) {
      const opened = shown.lastIndexOf('<!--');
      const closed = shown.lastIndexOf('-->');
      if (opened !== -1 || closed !== -1) inComment = opened > closed;
      if (shown.includes('>')) inAttribute = false;
      if (openAttribute.test(shown.slice(-mostOfTag))) inAttribute = true;
    },
    container(nesting) {
      if (nesting > 0) open.push([]);
      else open.pop();
    },
    hides: () => brokenOff || inComment || inAttribute || open.some((names) => names.length > 0),
  };
}

/** A tag that ends inside a value: `<a title="`. */
const openAttribute = /<[a-z][\w-]*\s[^<>="']*=\s*["'][^<>"']*$/i;
const mostOfTag = 300;

function looksDifferent(attributes: string): boolean {
  return /\s(?:hidden|style|class|aria-hidden|inert|popover)(?=[\s=/>]|$)/i.test(attributes);
}

/** Where the tag, comment or instruction at the start of the HTML ends; a `<` that starts none ends behind itself. */
function endOfTag(html: string): number | undefined {
  if (html.startsWith('<!--')) return after(html, '-->', 2);
  if (/^<[!?]/.test(html)) return after(html, '>', 2);
  if (!/^<\/?[a-z]/i.test(html)) return 1;
  let quote = '';
  let last = '';
  for (let index = 1; index < html.length; index += 1) {
    const character = html[index] ?? '';
    if (quote !== '') {
      if (character === quote) quote = '';
    } else if (character === '>') return index + 1;
    else if (last === '=' && (character === '"' || character === "'")) quote = character;
    if (character.trim() !== '') last = character;
  }
  return undefined;
}

function after(text: string, end: string, from: number): number | undefined {
  const index = text.indexOf(end, from);
  return index === -1 ? undefined : index + end.length;
}
