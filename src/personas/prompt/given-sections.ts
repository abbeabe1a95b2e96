// The sections of a prompt that others looked up for it: earlier conversation, places of the repository, files it asked for. Pure.
import { isObject } from '../../support/index.ts';
import type { Json, JsonObject } from '../../support/index.ts';
import { givenTexts as say } from './messages.ts';
import { cleanText, visibleText } from './clean-text.ts';
import type { Part, PromptParts } from './prompt-parts.ts';

/** What steps of the type `memory` kept of earlier conversation: `summary`, and `messages` of `author`, `at` and `text`, oldest first. */
export function memory({ memory: kept = [] }: PromptParts): Part[] {
  return kept.flatMap(({ name, outputs }, index) => {
    const heading = `${index === 0 ? `# Memory\n\n${say.memory()}\n\n` : ''}## ${cleanText(name)}`;
    const summary = textIn(outputs, 'summary');
    const messages = objectsIn(outputs, 'messages').map((one) => ({
      label: `memory of ${name}`,
      group: `memory of ${name}`,
      heading: `### ${cleanText([textIn(one, 'author'), textIn(one, 'at')].filter((text) => text !== '').join(', '))}`,
      body: cleanText(textIn(one, 'text')),
      fixed: false,
      data: true,
    }));
    const first = { label: `memory of ${name}`, heading, body: cleanText(summary), fixed: false, data: true };
    return summary === '' ? withHeading(heading, messages) : [first, ...messages];
  });
}

/** What steps of the type `retrieval` found: `passages` of `path`, `line` and `text`, the best first. */
export function retrieval({ retrieval: found = [] }: PromptParts): Part[] {
  return found.flatMap(({ name, outputs }, index) => {
    const heading = `${index === 0 ? `# Places in the repository\n\n${say.retrieval()}\n\n` : ''}## ${cleanText(name)}`;
    const passages = objectsIn(outputs, 'passages').map((one) => {
      const line = one['line'];
      const place = `${textIn(one, 'path')}${typeof line === 'number' ? `:${line}` : ''}`;
      return {
        label: `passage ${place}`,
        heading: `### ${cleanText(place)}`,
        body: visibleText(textIn(one, 'text')),
        fixed: false,
        data: true,
      };
    });
    return withHeading(heading, passages);
  });
}

/** The files that it asked for. */
export function files({ files: given = [] }: PromptParts): Part[] {
  return given.map(({ path, text, names, of, problem }, index) => ({
    label: `file ${path}`,
    heading: [
      index === 0 ? `# Files you asked for\n\n` : '',
      `## ${cleanText(path)}`,
      problem === undefined ? '' : `\n\n${say.problem[problem]}`,
      of === undefined ? '' : `\n\n${say.names(names?.length ?? 0, of)}`,
    ].join(''),
    body: problem === undefined ? visibleText(text ?? (names ?? []).join('\n')) : '',
    fixed: false,
    data: problem === undefined,
  }));
}

function withHeading(heading: string, parts: readonly Part[]): Part[] {
  const [first, ...others] = parts;
  return first === undefined ? [] : [{ ...first, heading: `${heading}\n\n${first.heading}` }, ...others];
}

function textIn(value: JsonObject, key: string): string {
  const text = value[key];
  return typeof text === 'string' ? text : '';
}

function objectsIn(value: JsonObject, key: string): readonly JsonObject[] {
  const list: Json | undefined = value[key];
  // what lies in JSON is JSON
  return Array.isArray(list) ? (list.filter((one) => isObject(one)) as readonly JsonObject[]) : [];
}
