// From the label to the pull request, what every user of the machine reads of each git process: its arguments name nothing of the repository.
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { createGitStore } from '../../src/git/index.ts';
import { createRedactor } from '../../src/support/index.ts';
import { familyOf } from '../support/processes.ts';
import { storyPerTest } from '../support/story-per-test.ts';

const tell = storyPerTest();
const folder = mkdtempSync(join(tmpdir(), 'troupe-arguments-'));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** What the local GitHub itself starts. */
const servers =
  /^\S*git(?:-| (?:-c \S+ )*)(?:http-backend|receive-pack|upload-pack|unpack-objects|index-pack|pack-objects|rev-list|gc|maintenance)\b/;

/** A git that tells of itself and of whatever it starts, itself or through others: what it says of a process is what /proc says. */
function tracedGit(): { readonly path: string; lines(): readonly string[] } {
  const [bin, log] = [join(folder, 'bin'), join(folder, 'trace')];
  mkdirSync(bin);
  writeFileSync(log, '');
  const script = `#!/bin/sh\nexport GIT_TRACE2_EVENT='${log}'\nPATH=\${PATH#*:} exec git "$@"\n`;
  writeFileSync(join(bin, 'git'), script, { mode: 0o755 });
  return {
    path: `${bin}:/usr/local/bin:/usr/bin:/bin`,
    lines: () =>
      readFileSync(log, 'utf8')
        .split('\n')
        .filter(Boolean)
        .map((line) => JSON.parse(line) as { readonly event: string; readonly argv?: readonly string[] }) // git's own format
        .flatMap(({ event, argv }) =>
          argv !== undefined && ['start', 'child_start', 'exec'].includes(event) ? [argv.join(' ')] : [],
        ),
  };
}

test('no git process of a run names its repository, branch, paths, address or token', async () => {
  const traced = tracedGit();
  const redactor = createRedactor();
  const seen = new Set<string>();
  const family = familyOf(process.pid);
  const told = await tell({
    world: {
      issue: { title: 'Takeover of Initech' },
      // a request is answered: whoever sent it waits
      onGitRequest() {
        for (const { line } of family()) {
          const words = line.replaceAll('\0', ' ');
          if (/\bgit\b/.test(words) && !servers.test(words)) seen.add(words);
        }
      },
    },
    later: true,
  });
  const wrapped = createGitStore({ dir: join(told.dataDir, 'git'), redactor, path: traced.path });
  await told.startBot({ redactor, wrap: { git: () => wrapped } });
  await told.label();
  const run = await told.ended();
  expect(run.status).toBe('succeeded');
  const pull = await told.pull();
  expect(pull?.headRef).toContain('takeover');

  const lines = traced.lines();
  // it looked: at what we start, at git's helpers, and at what is alive while the server is asked
  for (const what of [
    / push .*-- troupe$/,
    / fetch /,
    /remote-repository/,
    /remote-http real/,
    /stdin\.iterator|TROUPE_PUSH/,
  ])
    expect(lines.some((line) => what.test(line))).toBe(true);
  expect([...seen].some((line) => / push .*-- troupe/.test(line))).toBe(true);
  const { host, port } = new URL(told.github.apiUrl);
  const secrets = [
    ...told.fullName.split('/'),
    'takeover',
    'initech',
    pull?.headRef ?? '',
    told.dir,
    host,
    `:${port}`,
    'troupe.yml',
    'ghs_',
    Buffer.from('x-access-token:').toString('base64').slice(0, 16),
  ];
  // `*` is every branch and names none
  const shown = [...lines, ...seen].filter(
    (line) =>
      secrets.some((secret) => line.toLowerCase().includes(secret.toLowerCase())) ||
      /refs\/(?:heads|tags|remotes\/origin)\/[^*\s]/.test(line),
  );
  expect(shown).toEqual([]);
});
