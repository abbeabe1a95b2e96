// What host/ says to people.

/** Sentences about the operator's file. */
export const serverFileMessages = {
  mistake(where: string, path: string, problem: string, unknown?: string, near?: string): string {
    const at = path === '' ? 'the file' : `\`${path}\``;
    if (unknown === undefined) return `${where}: ${at} ${problem}.`;
    return `${where}: ${at} has an unknown key \`${unknown}\`${near === undefined ? '.' : `; did you mean \`${near}\`?`}`;
  },
};

/** Sentences about the providers. */
export const providerMessages = {
  mistakes: (
    problems: readonly {
      readonly provider: string;
      readonly message: string;
      readonly hint?: string;
      /** `troupe.config.yml:12:5`. */
      readonly place?: string | undefined;
    }[],
  ): string =>
    `The providers of the server file have mistakes:\n${problems
      .map(
        ({ provider, message, hint, place }) =>
          `${place ?? '-'}${place === undefined ? '' : ':'} ${provider}: ${message}${hint === undefined ? '' : `. ${hint}`}`,
      )
      .join('\n')}`,
  mistakesHint: 'Correct `providers:` in the server file; docs/operating.md shows one of each kind.',
};

/** Sentences of the core. */
export const coreMessages = {
  sandboxRequired: (reason: string): string =>
    `The server file requires the sandbox, and bubblewrap does not work here: ${reason}`,
  sandboxHint: 'Install bubblewrap and allow user namespaces (`troupe doctor` says how), or set `sandbox: auto`.',
};

/** Answers in the threads of a review. Words of personas come in quoted. */
export const reviewMessages = {
  done: (head: string, said: string): string => `Done in ${head}.${said === '' ? '' : `\n\n${said}`}`,
  unchanged: (said: string): string => `Nothing was changed for this.${said === '' ? '' : `\n\n${said}`}`,
  notDone: (run: string, status: string, reason: string): string =>
    `Not done: run \`${run}\` ended as ${status}.${reason === '' ? '' : `\n\n${reason}`}`,
};

/** Sentences of the control socket. */
export const controlMessages = {
  noRun: (verb: string): string => `\`${verb}\` needs a run.`,
};

/** What the log says of the house as a whole. Fixed; data stands in fields. */
export const hostMessages = {
  notClosed: 'What was open could not all be closed after a failed start',
  observerFailed: 'showing a run failed; it goes on',
  appended: 'Something happened to a run',
  ended: 'A run has ended',
};
