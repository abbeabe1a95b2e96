// What `troupe serve` says.

/** Sentences of `troupe serve`. */
export const serveMessages = {
  cannotStart: (problems: readonly { readonly message: string; readonly hint: string | undefined }[]): string =>
    `Cannot start the bot:\n${problems.map(({ message, hint }) => `- ${message}${hint === undefined ? '' : `\n    → ${hint}`}`).join('\n')}`,
  noProvider: (file: string | undefined): string =>
    `No provider is configured: every run that asks a persona will fail. ${
      file === undefined ? 'Name a server file with --config or TROUPE_CONFIG' : `List \`providers:\` in ${file}`
    }; docs/operating.md shows one.`,
  noDefaultProvider: (name: string): string =>
    `There is no provider "${name}": every persona that names none will fail. Set \`default_provider:\` in the server file.`,
  environmentHint: 'Variables are read from the environment and from ./.env; docs/operating.md lists them all.',
};
