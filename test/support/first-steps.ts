// README's first steps as a script: its fenced shell blocks word for word, the files next to them written where the text says.
import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join, resolve } from 'node:path';

/** This checkout. */
export const checkout = resolve(import.meta.dirname, '../..');

/** A block of README: shell to run, or a file with its name. */
export interface Block {
  readonly kind: 'sh' | 'file';
  readonly name: string;
  readonly text: string;
}

/** The fenced blocks of a section, down to the next heading, in order. */
export function blocksOf(heading: string, file = 'README.md'): readonly Block[] {
  const page = readFileSync(join(checkout, file), 'utf8');
  const section = page.split(/^#{2,3} /m).find((one) => one.startsWith(`${heading}\n`)) ?? '';
  return [...section.matchAll(/(?:^`([^`\n]+)`[^\n]*\n\n)?^```(\w+)\n([^]*?)^```$/gm)].map(
    ([, name = '', language = '', text = '']) => {
      if (language !== 'sh' && name === '') throw new Error(`${file} names no file for:\n${text}`);
      return { kind: language === 'sh' ? 'sh' : 'file', name, text };
    },
  );
}

/** The blocks as lines of bash. */
export function scriptOf(blocks: readonly Block[]): string {
  return blocks
    .map(({ kind, name, text }) =>
      kind === 'sh' ? text : `mkdir -p '${dirname(name)}'\ncat > '${name}' <<'END-OF-FILE'\n${text}END-OF-FILE\n`,
    )
    .join('\n');
}

const registryAccess = /^(npm_config_.*|https?_proxy|no_proxy|NODE_EXTRA_CA_CERTS|SSL_CERT_(FILE|DIR))$/i;

/** The variables with which this machine reaches its package registry. */
export function registryEnvironment(): Record<string, string> {
  return Object.fromEntries(
    Object.entries(process.env).flatMap(([name, value]) =>
      registryAccess.test(name) && value !== undefined ? [[name, value]] : [],
    ),
  );
}

/** Runs it as a person at a new machine has it: an own home, a git that knows them. Rejects with what was said. */
export function runScript(script: string, cwd: string, home: string): Promise<string> {
  const env = {
    PATH: process.env['PATH'] ?? '',
    HOME: home,
    LANG: 'C.UTF-8',
    ...Object.fromEntries(
      ['AUTHOR', 'COMMITTER'].flatMap((who) => [
        [`GIT_${who}_NAME`, 'Ada'],
        [`GIT_${who}_EMAIL`, 'ada@example.test'],
      ]),
    ),
    // how this machine reaches its package registry
    npm_config_userconfig: join(homedir(), '.npmrc'),
    ...registryEnvironment(),
  };
  return new Promise((settle, reject) => {
    // aliases of a script are read only when it is told so; at a prompt they always are
    execFile('bash', ['-c', `shopt -s expand_aliases\nset -e\n${script}`], { cwd, env }, (error, stdout, stderr) => {
      if (error === null) settle(stdout);
      else reject(new Error(`${error.message}\n${stdout}\n${stderr}`));
    });
  });
}
