// Who may do what: people, bots and the ways in which something can be said, against every verb. The table is the test.
import { describe, expect, test } from 'vitest';
import type { Permission } from '../github/index.ts';
import type { RunId } from '../support/index.ts';
import { base, bot, issue, story, wendy } from './testing/story.ts';
import type { Story } from './testing/story.ts';

const verbs = {
  run: '/troupe run hotfix',
  status: '/troupe status',
  explain: '/troupe explain',
  plan: '/troupe plan hotfix',
  config: '/troupe config',
  pause: '/troupe pause',
  resume: '/troupe resume',
  cancel: '/troupe cancel',
  stop: '/troupe stop',
  retry: '/troupe retry',
  rerun: '/troupe rerun from look',
  skip: '/troupe skip look',
  approve: '/troupe approve',
  reject: '/troupe reject',
  answer: '/troupe answer yes',
  budget: '/troupe budget 5',
  followup: '/troupe followup more',
} as const;
type Verb = keyof typeof verbs;
const all = Object.keys(verbs) as Verb[]; // the keys of a literal
const tells: readonly Verb[] = ['status', 'explain'];
const starts: readonly Verb[] = ['run', 'plan', 'config', 'followup'];
const gates: readonly Verb[] = ['approve', 'reject'];

interface Row {
  readonly who: string;
  readonly login: string;
  readonly type?: string;
  readonly permission?: Permission;
  /** `.github/troupe.yml`. */
  readonly settings?: string;
  readonly action?: string;
  readonly body?: (command: string) => string;
  readonly isPull?: boolean;
  readonly requester?: boolean;
  readonly may: readonly Verb[];
}

const strict = (line: string) => `permissions: { ${line} }\n`;
const rows: readonly Row[] = [
  { who: 'a stranger', login: 'nobody', permission: 'none', may: [] },
  { who: 'a reader', login: 'rita', permission: 'read', may: tells },
  { who: 'a triager', login: 'tom', permission: 'triage', may: tells },
  { who: 'a writer', login: 'wanda', permission: 'write', may: all },
  { who: 'a maintainer', login: 'mia', permission: 'maintain', may: all },
  { who: 'an admin', login: 'ada', permission: 'admin', may: all },
  { who: 'an ex-member of a private repository', login: 'eve', permission: 'none', may: [] },
  { who: 'an ex-member who asked for the run', login: 'eve', permission: 'none', requester: true, may: [] },
  {
    who: 'a reader who asked for the run',
    login: 'rita',
    permission: 'read',
    requester: true,
    may: [...tells, 'cancel', 'stop', 'answer'],
  },
  {
    who: 'a triager who asked for the run',
    login: 'tom',
    permission: 'triage',
    requester: true,
    may: [...tells, 'cancel', 'stop', 'answer'],
  },
  { who: 'somebody GitHub cannot tell of (500)', login: 'wanda', permission: 'none', may: [] },
  { who: 'the author of a pull request from a fork', login: 'fay', permission: 'read', isPull: true, may: tells },
  {
    who: 'a writer on a pull request from a fork',
    login: 'wanda',
    permission: 'write',
    isPull: true,
    may: all,
  },
  { who: 'the author of the issue, a reader', login: 'alice', permission: 'read', may: tells },
  { who: 'an unknown App', login: 'evil[bot]', type: 'Bot', permission: 'write', may: [] },
  {
    who: 'an App whose login only ends like a listed one',
    login: 'not-renovate[bot]',
    type: 'Bot',
    permission: 'write',
    may: [],
  },
  { who: 'a person called like a listed bot', login: 'renovate', permission: 'read', may: tells },
  { who: 'a listed bot', login: 'renovate[bot]', type: 'Bot', may: all.filter((verb) => !gates.includes(verb)) },
  {
    who: 'a listed bot that the repository does not list',
    login: 'renovate[bot]',
    type: 'Bot',
    settings: strict('bots: []'),
    may: [],
  },
  {
    who: 'a bot that only the repository lists',
    login: 'evil[bot]',
    type: 'Bot',
    settings: strict('bots: ["evil[bot]"]'),
    may: [],
  },
  { who: 'our own bot', login: bot.login, type: 'Bot', permission: 'admin', may: [] },
  { who: 'a writer who edits a comment', login: 'wanda', permission: 'write', action: 'edited', may: [] },
  { who: 'a writer who deletes a comment', login: 'wanda', permission: 'write', action: 'deleted', may: [] },
  { who: 'a writer who quotes', login: 'wanda', permission: 'write', body: (text) => `> ${text}`, may: [] },
  {
    who: 'a writer with a code fence',
    login: 'wanda',
    permission: 'write',
    body: (text) => `\`\`\`\n${text}\n\`\`\``,
    may: [],
  },
  { who: 'a writer with indented code', login: 'wanda', permission: 'write', body: (text) => `    ${text}`, may: [] },
  {
    who: 'a writer in a hidden part',
    login: 'wanda',
    permission: 'write',
    body: (text) => `<!--\n${text}\n-->`,
    may: [],
  },
  {
    who: 'a writer in the middle of a line',
    login: 'wanda',
    permission: 'write',
    body: (text) => `please ${text}`,
    may: [],
  },
  {
    who: 'a writer who copies a text of ours',
    login: 'wanda',
    permission: 'write',
    body: (text) => `${text}\n<!-- troupe:x -->`,
    may: [],
  },
  {
    who: 'a writer in capitals',
    login: 'wanda',
    permission: 'write',
    body: (text) => text.replace('/troupe', '/TROUPE'),
    may: all,
  },
  {
    who: 'a writer who mentions the bot',
    login: 'wanda',
    permission: 'write',
    body: (text) => text.replace('/troupe', '@troupe'),
    may: all,
  },
  {
    who: 'a writer where triggering needs admin',
    login: 'wanda',
    permission: 'write',
    settings: strict('trigger: admin'),
    may: all.filter((verb) => !starts.includes(verb)),
  },
  {
    who: 'a writer where control needs maintain',
    login: 'wanda',
    permission: 'write',
    settings: strict('control: maintain'),
    may: [...tells, ...starts, ...gates],
  },
  {
    who: 'a maintainer where control needs maintain',
    login: 'mia',
    permission: 'maintain',
    settings: strict('control: maintain'),
    may: all,
  },
  {
    who: 'a writer where approving needs admin',
    login: 'wanda',
    permission: 'write',
    settings: strict('approve: admin'),
    may: all.filter((verb) => !gates.includes(verb)),
  },
  {
    who: 'an admin where approving needs admin',
    login: 'ada',
    permission: 'admin',
    settings: strict('approve: admin'),
    may: all,
  },
  {
    who: 'a reader where the repository would let readers',
    login: 'rita',
    permission: 'read',
    settings: strict('trigger: read, control: read, approve: read'),
    may: tells,
  },
  {
    who: 'a triager where the repository would let triagers',
    login: 'tom',
    permission: 'triage',
    settings: strict('trigger: triage, control: triage'),
    may: tells,
  },
  {
    who: 'a writer who asked for the run where control needs admin',
    login: 'wanda',
    permission: 'write',
    requester: true,
    settings: strict('control: admin'),
    may: [...tells, ...starts, ...gates, 'cancel', 'stop', 'answer'],
  },
  {
    who: 'a maintainer where everything needs admin',
    login: 'mia',
    permission: 'maintain',
    settings: strict('trigger: admin, control: admin, approve: admin'),
    may: tells,
  },
];

/** A run of the issue that goes on, asked for by wendy or by the person of the row. */
async function begin(row: Row): Promise<{ readonly told: Story; readonly run: RunId }> {
  const told = story();
  if (row.settings !== undefined) told.github.files.set('.github/troupe.yml', row.settings);
  told.github.permissions.set('wendy', 'admin');
  told.github.permissions.set(row.login, row.requester === true ? 'admin' : (row.permission ?? 'none'));
  const sender = row.requester === true ? { login: row.login, id: 70 } : wendy;
  const { runs } = await told.comment('/troupe run feature', { sender, commentId: 400 });
  const [run] = runs;
  if (run === undefined) throw new Error('the run of the story did not start');
  told.github.permissions.set(row.login, row.permission ?? 'none');
  told.github.comments.splice(0);
  told.github.reactions.splice(0);
  return { told, run };
}

/** Whether the person was heard: a refusal for another reason than who they are counts. */
async function isHeard(row: Row, verb: Verb): Promise<boolean> {
  const { told } = await begin(row);
  const user = { login: row.login, id: row.login === bot.login ? bot.id : 70, type: row.type ?? 'User' };
  const body = row.body?.(verbs[verb]) ?? verbs[verb];
  const about = row.isPull === true ? { pull_request: {} } : {};
  if (row.isPull === true) told.github.pulls.set(7, { headRepositoryId: 999, merged: false });
  await told.send('issue_comment', {
    ...base({ sender: user }),
    action: row.action ?? 'created',
    issue: {
      ...issue({ issue: { user: { login: row.who.includes('author') ? row.login : 'alice', id: 2 } } }),
      ...about,
    },
    comment: { id: 501, body, user },
  });
  const said = told.said().join('\n');
  return told.github.reactions.length > 0 && !/needs \w+ permission|is for who asked/.test(said) && said !== '';
}

describe('who may do what', () => {
  test('there are 40 rows', () => expect(rows).toHaveLength(40));

  test.each(rows)('$who', async (row) => {
    const heard: Verb[] = [];
    for (const verb of all) if (await isHeard(row, verb)) heard.push(verb);
    expect(heard.toSorted()).toEqual([...new Set(row.may)].toSorted());
  });
});
