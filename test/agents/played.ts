// A whole run on the local GitHub in which an agent program plays every persona, with a model on this machine. Tells what came of it.
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { RunState } from '../../src/engine/index.ts';
import { freePort } from '../support/redis-server.ts';
import { serve } from '../support/serve.ts';
import type { Served } from '../support/serve.ts';
import { startStory, verifiedByNpm } from '../support/story.ts';
import type { Story } from '../support/story.ts';
import { processesOfStage } from './agent-processes.ts';
import type { AgentProcess } from './agent-processes.ts';
import type { Lead } from './ask.ts';
import type { RunRow } from './matrix.ts';
import { startModel } from './model-server.ts';
import type { ModelServer } from './model-server.ts';
import type { Move } from './moves.ts';
import { agentPath } from './programs.ts';

/** A run that has ended, with its stage. */
export interface Played {
  readonly run: RunState;
  readonly story: Story;
  readonly model: ModelServer;
  /** Conclusions of all checks, by name. */
  readonly checks: Readonly<Record<string, string | null>>;
  /** Processes of its requests that are still there. */
  readonly left: readonly string[];
  /** Processes that ran whenever its model was asked. */
  readonly inside: readonly AgentProcess[];
  close(): Promise<void>;
}

/** How a run is set up. */
export interface Play {
  lead(url: string): Lead;
  moves(prompt: string): readonly Move[];
  readonly files?: Readonly<Record<string, string>>;
  readonly issue?: string;
  readonly label: string;
  /** Its tasks have the network of the gateway and no other. */
  readonly isBehindGateway?: true;
  /** `troupe worker` plays its personas: requests and answers lie in this Redis. */
  readonly redis?: string;
  /** Files that somebody proposes: the run works on their pull request, whose head nobody trusts. Knows the address of the model. */
  proposed?(url: string): Readonly<Record<string, string>>;
  /** More files of the default branch. */
  planted?(url: string): Readonly<Record<string, string>>;
}

/** Labels the issue and waits for the end of the run. */
export async function play(how: Play): Promise<Played> {
  const { lead, moves, files, issue, label, proposed, planted } = how;
  const inside: AgentProcess[] = [];
  let dataDir: string | undefined;
  // the worktree lies somewhere below the stage, which is made after the model
  const model = await startModel({
    moves,
    // and some agents have a folder of that name in their HOME
    tree: /\/[^\s"'<>\\]*\/troupe-(?:story|worker)-(?:(?!\/homes\/)[^\s"'<>\\])*?\/tree(?![\w-])/,
    onAsked() {
      if (dataDir !== undefined) inside.push(...processesOfStage(dataDir));
    },
  });
  const { entry, secrets } = lead(model.url);
  const { redis } = how;
  // the worker fetches the code there
  const port = redis === undefined ? undefined : await freePort();
  const story = await startStory({
    providers: { agent: redis === undefined ? entry : { transport: 'stream', url: redis } },
    serverFile: {
      defaultProvider: 'agent',
      ...(how.isBehindGateway === undefined ? {} : { gateway: { for: 'all' as const, allow: [] } }),
    },
    secrets,
    path: agentPath,
    ...(port === undefined ? {} : { publicUrl: `http://127.0.0.1:${port}`, port }),
    files: { ...verifiedByNpm, ...files, ...planted?.(model.url) },
    ...(issue === undefined ? {} : { world: { issue: { title: 'The total is wrong', body: issue } } }),
  });
  ({ dataDir } = story);
  const worker = redis === undefined ? undefined : startWorker({ entry, secrets, redis, dir: dirname(dataDir) });
  async function close(): Promise<void> {
    await worker?.stop();
    await story.close();
    await model.close();
  }
  try {
    if (proposed === undefined) await story.label(label);
    else await labelProposal(story, proposed(model.url), label);
    const run = await story.ended();
    const checks = Object.fromEntries(story.repository.checkRuns().map(({ name, conclusion }) => [name, conclusion]));
    const left = processesOfStage(story.dataDir).map(({ line }) => line.replaceAll('\0', ' '));
    return { run, story, model, checks, left, inside, close };
  } catch (error) {
    await close();
    throw error;
  }
}

const personas = [
  'implementation-planner',
  'plan-evaluator',
  'lead-engineer',
  'qa-engineer',
  'code-reviewer',
  'security-reviewer',
];

/** A `troupe worker` in a process of its own, with a home, a server file and keys of its own. */
function startWorker(place: Lead & { readonly redis: string; readonly dir: string }): Served {
  const home = join(place.dir, 'worker');
  mkdirSync(home);
  chmodSync(home, 0o755);
  writeFileSync(
    join(home, 'troupe.config.yml'),
    JSON.stringify({ providers: { agent: place.entry }, default_provider: 'agent' }),
  );
  return serve(['worker', '--persona', ...personas], {
    cwd: home,
    env: { HOME: home, TMPDIR: home, PATH: agentPath, TROUPE_REDIS_URL: place.redis, ...place.secrets },
  });
}

async function labelProposal(story: Story, files: Readonly<Record<string, string>>, label: string): Promise<void> {
  const writer = story.github.as('writer');
  await writer.pushCommit(story.fullName, 'proposal', { message: 'By hand', files, from: 'main' });
  const number = await writer.openPullRequest(story.fullName, { head: 'proposal', title: 'By hand' });
  await writer.label(story.fullName, number, label);
}

const workflow = (expects: string): string => `name: Fix
trigger: { labels: ["troupe:fix"] }
steps:
  - { id: implement, name: Implement, type: persona-request, persona: engineer, ${expects}timeout: 4m }
  - { id: qa, name: QA, type: persona-request, persona: qa-engineer, dependencies: [implement], timeout: 4m }
  - id: finish
    name: Open the pull request
    type: git-operation
    operation: open-pull-request
    dependencies: [qa]
    condition: "context.state.get('qa_status') === 'pass'"
`;

/** Files of the repository of a run of the matrix. */
export function fixFiles(tools?: string): Readonly<Record<string, string>> {
  const front = tools === undefined ? '' : `tools: ${tools}\n`;
  // of a persona that may not edit nobody may expect changes
  const text = workflow(tools === undefined ? 'expect: changes, ' : '');
  return {
    '.github/troupe/workflows/fix.yml': text,
    '.github/troupe/personas/engineer.md': `---\nname: Engineer\ndescription: Fixes\n${front}---\nYou are the engineer of this test.\n`,
  };
}

/** A row of the matrix as a run: the engineer plays the row, QA says pass whatever it sees. */
export function playRow({ moves, tools, issue }: RunRow, lead: Play['lead']): Promise<Played> {
  return play({
    lead,
    label: 'troupe:fix',
    moves: (prompt) =>
      prompt.includes('You are the engineer of this test')
        ? moves
        : [{ kind: 'submit', result: { status: 'pass', summary: 'All tests pass.' } }],
    files: fixFiles(tools),
    ...(issue === undefined ? {} : { issue }),
  });
}
