// The environment of a persona's process, built from nothing. Never passes on the environment of Troupe itself.

/** Names that say where a machine keeps its certificates and its time; they hold no secret. */
const machineNames = ['SSL_CERT_FILE', 'SSL_CERT_DIR', 'NODE_EXTRA_CA_CERTS', 'TZ', 'LANG', 'LC_ALL'] as const;

/** What of Troupe's own environment is needed to start programs on this machine: PATH, certificates, language. */
export function machineEnvironment(environment: Readonly<Record<string, string | undefined>>): Record<string, string> {
  const found: Record<string, string> = {
    PATH: absolutePath(environment['PATH']) ?? '/usr/local/bin:/usr/bin:/bin',
    LANG: 'C.UTF-8',
  };
  for (const name of machineNames) {
    const value = environment[name];
    if (value !== undefined) found[name] = value;
  }
  return found;
}

/** `.` and `node_modules/.bin` would mean the tree that a persona wrote. */
function absolutePath(path: string | undefined): string | undefined {
  const folders = (path ?? '').split(':').filter((folder) => folder.startsWith('/'));
  return folders.length === 0 ? undefined : folders.join(':');
}

/** The whole environment of one run in the sandbox. */
export function cleanEnvironment(
  machine: Readonly<Record<string, string>>,
  own: Readonly<Record<string, string>>,
  home: string,
): Record<string, string> {
  return {
    ...machine,
    HOME: home,
    TMPDIR: '/tmp',
    CI: 'true',
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_TERMINAL_PROMPT: '0',
    npm_config_cache: `${home}/.npm`,
    npm_config_update_notifier: 'false',
    ...own,
  };
}
