// What the runner sees of us: log lines, groups, annotations, outputs, state, summary. Text of people never becomes a command.
import * as core from '@actions/core';
import { byteLength, fit, formatDuration, messageOf } from '../support/index.ts';
import type { Logger } from '../support/index.ts';

type LogFields = Parameters<Logger['warn']>[0];

/** A place in a file beside a message. */
export interface Lines {
  readonly title?: string;
  readonly file?: string;
  readonly startLine?: number;
  readonly endLine?: number;
}

/** The runner as the Action uses it. */
export interface ActionConsole {
  info(text: string): void;
  debug(text: string): void;
  group(title: string, lines: readonly string[]): void;
  /** Says it once, however often it is asked. */
  annotate(level: 'notice' | 'warning' | 'error', message: string, place?: Lines): void;
  /** Whether an error was annotated that the text tells again. */
  hasTold(text: string): boolean;
  mask(secret: string): void;
  output(name: string, value: string): void;
  save(name: string, value: string): void;
  saved(name: string): string;
  summary(markdown: string): Promise<void>;
}

/** GitHub takes 1 MiB of summary from each step, however many runs it tells of, and shows nothing of a larger one. */
const summaryBytes = 1020 * 1024;

/** The runner of this process. All that it is told passes `redact` first: nobody who tells it something has to think of that. */
export function runnerConsole(redact: (text: string) => string): ActionConsole {
  const clean = (text: string): string => harmless(redact(text));
  let left = summaryBytes;
  const said = new Set<string>();
  const errors: string[] = [];
  return {
    info: (text) => core.info(clean(text)),
    // nobody reads it unless it is switched on, and then it is for whoever mends Troupe
    debug: (text) => void (core.isDebug() && core.debug(clean(text))),
    group(title, lines) {
      core.startGroup(clean(title).replaceAll(/\s+/g, ' '));
      for (const line of lines) core.info(clean(line));
      core.endGroup();
    },
    annotate(level, message, where) {
      const text = clean(message);
      const place = where === undefined ? undefined : { ...where, ...cleanNames(where, redact) };
      const key = JSON.stringify([level, text, place]);
      if (said.has(key)) return;
      said.add(key);
      if (level === 'error') errors.push(redact(message).split('\n')[0] ?? '');
      if (level === 'error') core.error(text, place);
      else if (level === 'warning') core.warning(text, place);
      else core.notice(text, place);
    },
    hasTold(text) {
      const told = redact(text);
      return errors.some((error) => error !== '' && told.includes(error.replace(/[.!]$/, '')));
    },
    mask(secret) {
      // each line of its own: the runner masks line by line
      for (const line of secret.split(/\r?\n/)) if (line.trim().length >= 6) core.setSecret(line);
    },
    output: (name, value) => core.setOutput(name, redact(value)),
    // for the post step of the same job, which needs it as it is
    save: (name, value) => core.saveState(name, value),
    saved: (name) => core.getState(name),
    async summary(markdown) {
      // half of what is left: there is always room for the result of the next run
      const text = fit(redact(markdown), Math.floor(left / 2));
      left -= byteLength(text) + 1;
      // a runner without summaries: the run and its outputs are none the worse
      await core.summary
        .addRaw(text, true)
        .write()
        .catch((error: unknown) => core.info(clean(messageOf(error))));
    },
  };
}

function cleanNames({ title, file }: Lines, redact: (text: string) => string): Pick<Lines, 'title' | 'file'> {
  return {
    ...(title === undefined ? {} : { title: redact(title) }),
    ...(file === undefined ? {} : { file: redact(file) }),
  };
}

/**
 * Text for the log in which the runner finds no command: it looks for `::name::` at the start of a line and for `##[name]`
 * anywhere.
 */
export function harmless(text: string): string {
  return text
    .split(/\r\n|\n|\r|\u2028|\u2029/)
    .map((line) => line.replace(/^(\s*):(?=:)/, '$1: ').replaceAll('##[', '## ['))
    .join('\n');
}

/** A logger for the parts below: their warnings are sentences for people, once each; the rest is seen with debug logging on. */
export function consoleLogger(console: ActionConsole): Logger {
  const said = new Set<string>();
  const debug = (fields: LogFields, message: string): void => console.debug(`${message} ${JSON.stringify(fields)}`);
  const warn = (fields: LogFields, message: string): void => {
    const sentence = sentenceOf(fields, message);
    if (said.has(sentence)) return;
    said.add(sentence);
    // what can be mended is told where people look
    if (typeof fields['hint'] === 'string') console.annotate('warning', sentence);
    else console.info(sentence);
  };
  return { debug, info: debug, warn, error: warn };
}

/** A message of the log with what it is about: the cause and the remedy in words, no names of fields. */
function sentenceOf(fields: LogFields, message: string): string {
  const { error, reason, what, waitMs, hint } = fields;
  const cause = [error, reason, what].find((one) => typeof one === 'string' && one !== '');
  const long = typeof waitMs === 'number' ? `, for ${formatDuration(waitMs)}` : '';
  const first = `${message.charAt(0).toUpperCase()}${message.slice(1).replace(/\.$/, '')}`;
  const sentences = [`${first}${typeof cause === 'string' ? `: ${cause}` : ''}${long}`, hint];
  return sentences
    .filter((one) => typeof one === 'string')
    .map((one) => (/[.!?…]$/.test(one) ? one : `${one}.`))
    .join(' ');
}
