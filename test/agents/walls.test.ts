// What real agent programs see of this machine and run of a repository: nothing of a head that nobody trusts, and the variables of the allow-list.
import { writeFileSync } from 'node:fs';
import { afterAll, describe, expect, test } from 'vitest';
import { agents } from '../../src/personas/agents/list.ts';
import { demoFix } from '../../src/local-github/index.ts';
import { askOnce } from './ask.ts';
import type { Lead } from './ask.ts';
import type { Cli } from './clis.ts';
import { plantedFiles } from './planted.ts';
import { fixFiles, play } from './played.ts';
import type { Play } from './played.ts';
import { findPrograms } from './programs.ts';
import { createTable } from './table.ts';
import type { Move } from './moves.ts';

const { found } = findPrograms();
const table = createTable(found.map(({ cli: { name }, version }) => ({ name, version })));
const canary = 'canary-that-nobody-may-see';

afterAll(() => {
  process.stdout.write(`\n${table.text()}\n`);
  const place = process.env['TROUPE_AGENTS_TABLE'];
  if (place !== undefined) writeFileSync(place.replace(/\.md$/, '.walls.md'), `${table.text()}\n`);
});

function leadOf(cli: Cli): (url: string) => Lead {
  return (url) => {
    const { entry, secrets } = cli.at(url);
    return { entry: { preset: cli.name, ...entry }, secrets };
  };
}

const works: readonly Move[] = [
  { kind: 'read', path: 'src/cart.js' },
  { kind: 'write', path: 'src/cart.js', text: demoFix['src/cart.js'] ?? '', over: true },
  { kind: 'run', command: 'env' },
  { kind: 'submit', result: { status: 'pass', summary: 'Done.' } },
];

/** Names of what ran of the repository's own configuration. */
async function ran(
  how: Pick<Play, 'lead' | 'proposed' | 'planted'>,
): Promise<{ readonly ran: string[]; readonly status: string }> {
  const played = await play({ label: 'troupe:fix', files: fixFiles(), moves: () => works, ...how });
  try {
    expect(played.left).toEqual([]);
    return { ran: [...new Set(played.model.visited)].toSorted(), status: played.run.status };
  } finally {
    await played.close();
  }
}

/** Variables of every program in the sandbox. */
const usual =
  /^(?:CI|GIT_CONFIG_NOSYSTEM|GIT_TERMINAL_PROMPT|HOME|LANG|LC_ALL|NODE_EXTRA_CA_CERTS|PATH|PWD|SSL_CERT_(?:FILE|DIR)|TMPDIR|TZ|TROUPE_[A-Z_]+|npm_config_[a-z_]+)$/;

describe.each(found.map(({ cli, version }) => ({ name: cli.name, cli, version })))(
  '$name $version',
  ({ name, cli }) => {
    test('runs nothing of the configuration of a head that nobody trusts', async () => {
      const untrusted = await ran({ lead: leadOf(cli), proposed: plantedFiles });
      table.set('untrusted head', name, untrusted.ran.join(', ') || `0 of ${Object.keys(plantedFiles('')).length}`);
      expect(untrusted).toEqual({ ran: [], status: 'succeeded' });
    });

    test('runs of the default branch what its vendor lets it run, and no more than is written down', async () => {
      const trusted = await ran({ lead: leadOf(cli), planted: plantedFiles });
      table.set('default branch', name, trusted.ran.join(', ') || 'nothing');
      expect(cli.runs ?? []).toEqual(expect.arrayContaining(trusted.ran));
    });

    test('has the variables of the allow-list and no other', async () => {
      const before = { ...process.env };
      Object.assign(process.env, { GITHUB_TOKEN: canary, AWS_SECRET_ACCESS_KEY: canary, TROUPE_PRIVATE_KEY: canary });
      try {
        const { processes } = await askOnce({ part: { moves: () => works }, lead: leadOf(cli), timeoutMs: 120_000 });
        const all = processes.filter(({ line }) => !/^[^\0]*\bbwrap\0/.test(line));
        expect(all.length).toBeGreaterThan(0);
        expect(all.filter(({ environment }) => JSON.stringify(environment).includes(canary))).toEqual([]);
        const preset = agents.find((agent) => agent.name === name);
        const { entry, secrets } = cli.at('');
        const settings = Array.isArray(entry['settings'])
          ? entry['settings'].map((one) => String(one).split('=')[0])
          : [];
        const model = preset?.model !== undefined && 'variable' in preset.model ? [preset.model.variable] : [];
        const mode = preset?.mode === undefined ? [] : [preset.mode.variable];
        const own = new Set([
          ...Object.keys({ ...preset?.settings, ...preset?.withKey }),
          ...Object.keys(secrets),
          ...settings,
          ...model,
          ...mode,
        ]);
        // what it was started with: programs add to it for what they start themselves
        const first = all.toSorted((a, b) => a.pid - b.pid)[0]?.environment ?? {};
        expect(Object.keys(first).filter((variable) => !usual.test(variable) && !own.has(variable))).toEqual([]);
        table.set('variables beyond the allow-list', name, '0');
      } finally {
        for (const variable of ['GITHUB_TOKEN', 'AWS_SECRET_ACCESS_KEY', 'TROUPE_PRIVATE_KEY'])
          delete process.env[variable];
        Object.assign(process.env, before);
      }
    });
  },
);
