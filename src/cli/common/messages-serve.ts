// What `troupe serve` says.

/** Sentences of `troupe serve`. */
export const serveMessages = {
  cannotStart: (problems: readonly { readonly message: string; readonly hint: string | undefined }[]): string =>
    `Cannot start the bot:\n${problems.map(({ message, hint }) => `- ${message}${hint === undefined ? '' : `\n    → ${hint}`}`).join('\n')}`,
  agentPlays: 'The server file names no provider: the first agent that is ready plays',
  noProvider: (file: string | undefined, page: string): string =>
    `No provider is configured: every run that asks a persona will fail. ${
      file === undefined ? 'Name a server file with --config or TROUPE_CONFIG' : `List \`providers:\` in ${file}`
    }; ${page} shows one.`,
  noDefaultProvider: (name: string): string =>
    `There is no provider "${name}": every persona that names none will fail. Set \`default_provider:\` in the server file.`,
  onlyHere: (url: string): string =>
    `Only this machine can reach ${url}, and GitHub delivers from outside. Start with --poll to fetch deliveries, put a tunnel or a reverse proxy before this address, or set HOST=0.0.0.0 to listen for others.`,
  behindPublicUrl: (url: string, publicUrl: string): string =>
    `Only this machine can reach ${url}: what answers at ${publicUrl} has to pass requests on to it`,
  cannotGoOn: 'This process may not go on here; it stops, and what it did last may not be kept',
  notClosed: 'Not everything could be closed',
  environmentHint: (page: string): string =>
    `Variables are read from the environment and from ./.env; ${page} lists them all.`,
};
