// What a request leaves on its desk is what the next process finds there: the same answer, or none. Dead processes are told of by what they left.
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { contextFor, taskIn } from '../../../test/suites/provider-contract.ts';
import { ownNode } from '../../../test/support/cli.ts';
import { patienceMs } from '../../../test/support/patience.ts';
import { servicesWith } from '../../../test/support/provider-services.ts';
import type { JsonObject } from '../../support/index.ts';
import { createProviders, transports } from '../index.ts';
import type { PersonaResult, Provider } from '../index.ts';

const root = resolve(import.meta.dirname, '../../..');
const ticket = { requestId: 'r', provider: 'p', strategy: 'immediate' } as const;

let dir: string;
let desk: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'troupe-desk-test-'));
  desk = join(dir, 'desk');
  for (const name of ['tree', 'desk', 'desk/persona']) mkdirSync(join(dir, name));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

function provider(transport: string, options: JsonObject): Provider {
  const config = { name: 'p', transport, env: [], options };
  const made = createProviders([config], servicesWith({}), transports).get('p');
  if (made === undefined) throw new Error('no provider');
  return made;
}

const shell = (script: string, options: JsonObject = {}): Provider =>
  provider('shell', { command: ['sh', '-c', script], ...options });

const agent = (scenario: string): Provider =>
  provider('acp', {
    command: [ownNode, join(root, 'test/support/acp-agent-process.ts'), scenario],
    readable: [root],
  });

async function answerOf(who: Provider): Promise<PersonaResult> {
  const open = { ...ticket, deadline: Date.now() + patienceMs };
  const given = await who.start(taskIn(join(dir, 'tree')), open, { ...(await contextFor()), desk });
  if (!('answer' in given)) throw new Error('it answers at once');
  return given.answer;
}

async function found(who: Provider): Promise<PersonaResult | undefined> {
  return who.find?.(taskIn(join(dir, 'tree')), { ...ticket, deadline: null }, { ...(await contextFor()), desk });
}

const judged = ({ status, summary, outputs }: PersonaResult) => ({ status, summary, outputs });
const said = JSON.stringify({ status: 'pass', summary: 'Done.' });

test.each<readonly [string, () => Provider]>([
  ['a command by its file', () => shell(`echo working; printf '%s' '${said}' > "$TROUPE_RESULT_FILE"`)],
  ['a command among what it prints', () => shell(`echo working; echo; echo '${said}'`)],
  ['a command by its exit code', () => shell('exit 3', { result: 'exit-code' })],
  ['a command that fails after it', () => shell(`printf '%s' '${said}' > "$TROUPE_RESULT_FILE"; exit 3`)],
  ['an agent by its tool', () => agent('pass')],
  ['an agent by its file', () => agent('file')],
  ['an agent in its last words', () => agent('block')],
])('%s: what was found is what was given', async (_how, who) => {
  const given = await answerOf(who());
  expect(judged((await found(who())) ?? given)).toEqual(judged(given));
  expect(await found(who())).toBeDefined();
});

/** What a process that nobody saw come to its end may have left. */
function leave(left: { readonly file?: string; readonly printed?: string; readonly tool?: string }): void {
  if (left.file !== undefined) writeFileSync(join(desk, 'persona/result.json'), left.file);
  if (left.printed !== undefined) writeFileSync(join(desk, 'printed'), left.printed);
  if (left.tool !== undefined) writeFileSync(join(desk, 'handed-in.json'), left.tool);
}

test.each([
  ['its file', { file: said, printed: 'working\n' }],
  ['all that it printed', { printed: `${said}\n` }],
  ['the tool', { tool: said }],
])('a command or agent whose end nobody saw: %s counts', async (_what, left) => {
  leave(left);
  expect(await found('tool' in left ? agent('pass') : shell('true'))).toMatchObject({ summary: 'Done.' });
});

test.each([
  ['nothing', {}],
  ['an empty file', { file: '', printed: '' }],
  ['half of a file', { file: said.slice(0, 20) }],
  ['half of what it prints', { printed: said.slice(0, 20) }],
  ['a result among other words', { printed: `I am about to say:\n${said}\nbut first I look again\n` }],
  ['something else than a result', { file: '{"progress":0.5}' }],
  ['half of what the tool was given', { tool: said.slice(0, 20) }],
])('%s is no answer', async (_what, left) => {
  leave(left);
  expect([await found(shell('true')), await found(agent('pass'))]).toEqual([undefined, undefined]);
});

test('what an exit code says is not known where nobody saw it', async () => {
  leave({ file: said });
  expect(await found(shell('true', { result: 'exit-code' }))).toBeUndefined();
});

test('a link in the place of the file leads nowhere', async () => {
  writeFileSync(join(dir, 'elsewhere.json'), said);
  symlinkSync(join(dir, 'elsewhere.json'), join(desk, 'persona/result.json'));
  expect(await found(shell('true'))).toBeUndefined();
});
