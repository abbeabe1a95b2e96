// Our part of the text of a pull request, between hidden marks: everything around it is other people's, to the last byte. Pure.
import { byteLength, fit, oneLine, sha256, withoutEnd, withoutSkipOrders } from '../../support/index.ts';
import { limits } from './limits.ts';
import type { OwnPart } from './types.ts';

/** A pull request as it stands, as far as its text goes. */
export interface StandingText {
  readonly title: string;
  readonly body: string;
  /** Whose marks count: a text that was copied from another pull request brings the marks of that one along. */
  readonly headRef: string;
}

/** What a body may have: GitHub counts characters. */
const mostCharacters = 65_536;
/** Less room is not worth a text that is cut. */
const fewestCharacters = 400;
/** For the marks and what is said of a cut. */
const marksCharacters = 400;

/** Title and body of a new pull request. */
export function firstText(part: OwnPart, headRef: string): { readonly title: string; readonly body: string } {
  const title = titleOf(part.title);
  return { title, body: marked(part, { headRef, title, bytes: limits.bodyBytes - marksCharacters }) };
}

/**
 * What is to be changed so that our part says something else. `theirs`: our part is not there as we wrote it, so it is
 * people's now and nothing is written; or a run that began later has written it. A title is ours as long as nobody changed it.
 */
export function changedText(
  part: OwnPart,
  standing: StandingText,
): { readonly title?: string; readonly body?: string } | 'theirs' {
  const found = foundPart(standing);
  if (found === undefined || found.since > part.since) return 'theirs';
  const wanted = titleOf(part.title);
  const isOurTitle =
    found.title !== undefined && found.title === hashOf(oneLine(standing.title, limits.titleCharacters));
  const around = found.before.length + found.after.length;
  const room = Math.min(mostCharacters - around, limits.bodyBytes) - marksCharacters;
  if (room < fewestCharacters) return 'theirs';
  const title = isOurTitle ? wanted : undefined;
  const body = `${found.before}${marked(part, { headRef: standing.headRef, title, bytes: room })}${found.after}`;
  return {
    ...(title === undefined || title === standing.title ? {} : { title }),
    ...(body === standing.body ? {} : { body }),
  };
}

/** Whether a body has our part, whatever people made of it. */
export function hasOwnPart({ body, headRef }: Omit<StandingText, 'title'>): boolean {
  return [...body.matchAll(begin)].some(({ groups }) => groups?.['of'] === hashOf(headRef));
}

const begin =
  /<!-- troupe:run=(?<run>r[a-z2-7]{15}) text since=(?<since>\d{1,16}) of=(?<of>[0-9a-f]{12}) title=(?<title>[0-9a-f]{12}|-) said=(?<said>[0-9a-f]{12}) -->/g;
const end = /<!-- troupe:text end of=(?<of>[0-9a-f]{12}) -->/g;
/** Whatever looks like a mark of ours, also one that somebody began to take apart. */
const anyMark = /<!--\s*troupe:(?:run=\S{0,40}\s+)?text\b/gi;

interface Found {
  readonly before: string;
  readonly after: string;
  readonly since: number;
  readonly title: string | undefined;
}

/** One begin, one end behind it, both of this pull request, and between them what we said: else it is people's. */
function foundPart({ body, headRef }: StandingText): Found | undefined {
  const [opening, ...moreOpenings] = body.matchAll(begin);
  const [closing, ...moreClosings] = body.matchAll(end);
  const isOnce = moreOpenings.length + moreClosings.length === 0 && [...body.matchAll(anyMark)].length === 2;
  if (opening === undefined || closing === undefined || !isOnce) return undefined;
  const { of, since, title, said } = opening.groups ?? {};
  const from = opening.index + opening[0].length;
  const own = hashOf(headRef);
  if (closing.index < from || of !== own || closing.groups?.['of'] !== own) return undefined;
  if (hashOf(plain(body.slice(from, closing.index))) !== said) return undefined;
  return {
    before: body.slice(0, opening.index),
    after: body.slice(closing.index + closing[0].length),
    since: Number(since),
    title: title === '-' ? undefined : title,
  };
}

function marked(
  { body, run, since }: OwnPart,
  { headRef, title, bytes }: { readonly headRef: string; readonly title: string | undefined; readonly bytes: number },
): string {
  // no mark in what is said, whoever's words it quotes
  const said = withoutSkipOrders(body).replaceAll(/<!--(?=\s*troupe:)/gi, '<!\u200B--');
  const text = byteLength(said) <= bytes ? said : fit(said, bytes);
  const own = hashOf(headRef);
  const titled = title === undefined ? '-' : hashOf(title);
  const opening = `<!-- troupe:run=${run} text since=${Math.floor(since)} of=${own} title=${titled} said=${hashOf(plain(text))} -->`;
  return `${opening}\n${text}\n<!-- troupe:text end of=${own} -->`;
}

/** The text without what an editor in a browser changes by itself: line ends, blanks at their ends and around the whole. */
function plain(text: string): string {
  return text
    .split(/\r?\n/)
    .map((line) => withoutEnd(line, ' \t'))
    .join('\n')
    .trim();
}

/** The text of a pull request becomes that of a commit when it is merged: it keeps no checks from running. */
function titleOf(title: string): string {
  return oneLine(withoutSkipOrders(title), limits.titleCharacters);
}

function hashOf(text: string): string {
  return sha256(text).slice(0, 12);
}
