// What the runner sees of us: log lines, groups, annotations, outputs, state, summary. Text of people never becomes a command.
import * as core from '@actions/core';
import { byteLength, fit, messageOf } from '../support/index.ts';
import type { Logger } from '../support/index.ts';

/** A place in a file beside a message. */
export interface Place {
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
  annotate(level: 'notice' | 'warning' | 'error', message: string, place?: Place): void;
  mask(secret: string): void;
  output(name: string, value: string): void;
  save(name: string, value: string): void;
  saved(name: string): string;
  summary(markdown: string): Promise<void>;
}

/** GitHub takes 1 MiB of summary from each step, however many runs it tells of, and shows nothing of a larger one. */
const summaryBytes = 1020 * 1024;

/** The runner of this process. */
export function runnerConsole(): ActionConsole {
  let left = summaryBytes;
  return {
    info: (text) => core.info(harmless(text)),
    debug: (text) => core.debug(harmless(text)),
    group(title, lines) {
      core.startGroup(harmless(title).replaceAll(/\s+/g, ' '));
      for (const line of lines) core.info(harmless(line));
      core.endGroup();
    },
    annotate(level, message, place) {
      const text = harmless(message);
      if (level === 'error') core.error(text, place);
      else if (level === 'warning') core.warning(text, place);
      else core.notice(text, place);
    },
    mask(secret) {
      // each line of its own: the runner masks line by line
      for (const line of secret.split(/\r?\n/)) if (line.trim().length >= 6) core.setSecret(line);
    },
    output: (name, value) => core.setOutput(name, value),
    save: (name, value) => core.saveState(name, value),
    saved: (name) => core.getState(name),
    async summary(markdown) {
      // half of what is left: there is always room for the result of the next run
      const text = fit(markdown, Math.floor(left / 2));
      left -= byteLength(text) + 1;
      // a runner without summaries: the run and its outputs are none the worse
      await core.summary
        .addRaw(text, true)
        .write()
        .catch((error: unknown) => core.info(harmless(messageOf(error))));
    },
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

/** A logger for the parts below: warnings are shown, the rest only with debug logging on. */
export function consoleLogger(console: ActionConsole, redact: (text: string) => string): Logger {
  const line = (fields: object, message: string): string => redact(`${message} ${JSON.stringify(fields)}`);
  return {
    debug: (fields, message) => console.debug(line(fields, message)),
    info: (fields, message) => console.debug(line(fields, message)),
    warn: (fields, message) => console.info(line(fields, message)),
    error: (fields, message) => console.info(line(fields, message)),
  };
}
