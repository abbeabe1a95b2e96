// The environment and the flags every git process of ours gets. Built from nothing: never from this process's environment.

/** What the operator may hand through to git: proxies and certificates. */
const passed = new Set([
  'http_proxy',
  'https_proxy',
  'no_proxy',
  'all_proxy',
  'ssl_cert_file',
  'ssl_cert_dir',
  'git_ssl_cainfo',
  'git_ssl_capath',
]);

/** Where git is looked for when nobody says. */
const defaultPath = '/usr/local/bin:/usr/bin:/bin:/opt/homebrew/bin:/usr/local/sbin:/usr/sbin:/sbin';

/** Settings that a call may have in its environment. */
const mostSettings = 16;

/** Every `GIT_*` variable that we set; simple-git refuses the ones that are not named. */
export const ourVariables: readonly string[] = [
  'GIT_CONFIG_GLOBAL',
  'GIT_CONFIG_NOSYSTEM',
  'GIT_DIR',
  'GIT_WORK_TREE',
  'GIT_CONFIG_COUNT',
  ...Array.from({ length: mostSettings }, (_none, index) => [
    `GIT_CONFIG_KEY_${index}`,
    `GIT_CONFIG_VALUE_${index}`,
  ]).flat(),
  'GIT_ATTR_NOSYSTEM',
  'GIT_TERMINAL_PROMPT',
  'GIT_ALLOW_PROTOCOL',
  'GIT_PROTOCOL_FROM_USER',
  'GIT_LFS_SKIP_SMUDGE',
  'GIT_LITERAL_PATHSPECS',
  'GIT_OPTIONAL_LOCKS',
  'GIT_NO_LAZY_FETCH',
  'GIT_INDEX_FILE',
  'GIT_OBJECT_DIRECTORY',
  'GIT_ALTERNATE_OBJECT_DIRECTORIES',
  'GIT_AUTHOR_NAME',
  'GIT_AUTHOR_EMAIL',
  'GIT_AUTHOR_DATE',
  'GIT_COMMITTER_NAME',
  'GIT_COMMITTER_EMAIL',
  'GIT_COMMITTER_DATE',
  'GIT_SSL_CAINFO',
  'GIT_SSL_CAPATH',
];

/** `-c` settings of every call: no hooks, no monitors, no helpers, no surprises from a repository. */
export const hardening: readonly string[] = [
  'core.hooksPath=/dev/null',
  'core.fsmonitor=false',
  'core.untrackedCache=false',
  'core.attributesFile=/dev/null',
  'core.excludesFile=/dev/null',
  'core.quotePath=false',
  'core.protectHFS=true',
  'core.protectNTFS=true',
  'core.logAllRefUpdates=false',
  // a checkpoint names a commit: its objects reach the disk before it does (git leaves loose ones to the system by default)
  'core.fsync=committed',
  'core.fsyncMethod=batch',
  'protocol.ext.allow=never',
  'submodule.recurse=false',
  'diff.ignoreSubmodules=all',
  'fetch.recurseSubmodules=false',
  'fetch.writeCommitGraph=false',
  'transfer.credentialsInUrl=die',
  'gc.auto=0',
  'maintenance.auto=false',
  'commit.gpgSign=false',
  'tag.gpgSign=false',
  'push.gpgSign=false',
  'advice.detachedHead=false',
];

/** What differs between installations. */
export interface EnvironmentOptions {
  readonly allowProtocols: readonly string[];
  readonly path?: string;
  /** Proxy and certificate variables; others are dropped. */
  readonly environment?: Readonly<Record<string, string>>;
}

/** The whole environment of a git process without a token. */
export function gitEnvironment(options: EnvironmentOptions): Record<string, string> {
  const handed = Object.entries(options.environment ?? {}).filter(([name]) => passed.has(name.toLowerCase()));
  return {
    ...Object.fromEntries(handed),
    PATH: options.path ?? defaultPath,
    // no ~/.netrc, no ~/.config/git, no ~/.ssh
    HOME: '/nonexistent',
    LC_ALL: 'C',
    GIT_CONFIG_GLOBAL: '/dev/null',
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_ATTR_NOSYSTEM: '1',
    GIT_TERMINAL_PROMPT: '0',
    GIT_ALLOW_PROTOCOL: options.allowProtocols.join(':'),
    GIT_PROTOCOL_FROM_USER: '0',
    GIT_LFS_SKIP_SMUDGE: '1',
    GIT_LITERAL_PATHSPECS: '1',
  };
}

/** A setting of git and its value. */
export type GitSetting = readonly [key: string, value: string];

/** Settings for the environment, where no other user sees what they say. `hidden` ones are there for who counts one more. */
export function settingsEnvironment(
  settings: readonly GitSetting[],
  hidden: readonly GitSetting[] = [],
): Record<string, string> {
  if (settings.length + hidden.length === 0) return {};
  const pairs = [...settings, ...hidden].flatMap(([key, value], index) => [
    [`GIT_CONFIG_KEY_${index}`, key],
    [`GIT_CONFIG_VALUE_${index}`, value],
  ]);
  return { GIT_CONFIG_COUNT: String(settings.length), ...Object.fromEntries(pairs) };
}

/** The token as a header: it stands in no argument, URL or file. `origin`: the only server that gets it. */
export function tokenSettings(token: string | undefined, origin?: string): readonly GitSetting[] {
  if (token === undefined || token === '') return [];
  const basic = Buffer.from(`x-access-token:${token}`, 'utf8').toString('base64');
  const key = origin === undefined ? 'http.extraHeader' : `http.${origin}/.extraHeader`;
  return [[key, `Authorization: Basic ${basic}`]];
}
