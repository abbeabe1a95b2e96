// How a story with deaths ended: what people see, without what differs from world to world, and everything that must not be.
import { existsSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { DemoWorld } from '../../src/local-github/index.ts';
import type { Reader } from '../../src/store/index.ts';
import { isObject, sha256 } from '../../src/support/index.ts';
import { complaints } from './github.ts';

/** What people see when the story is over, without what differs from world to world: ids, times. */
export interface Ending {
  readonly pulls: readonly unknown[];
  readonly files: Readonly<Record<string, string | undefined>>;
  readonly commits: readonly string[];
  readonly main: readonly string[];
  readonly branches: readonly string[];
  /** `name: conclusion` of the checks on the final head, each as often as it is there. */
  readonly checks: readonly string[];
  readonly comments: readonly string[];
  readonly labels: readonly string[];
  readonly issue: string;
  readonly runs: readonly string[];
  /** Everything that must not be: open checks, doubles, complaints of GitHub, a persona asked again after its answer was kept. */
  readonly wrong: readonly string[];
}

/** Where a run is kept: a bot, or its store after it has ended. */
export interface Kept {
  readonly store: { readonly journal: Pick<Reader['journal'], 'list' | 'read'> };
}

/** What there is now. */
export async function endingOf(world: DemoWorld, { store }: Kept, dataDir: string): Promise<Ending> {
  const { repository, issue } = world;
  const runs = (await store.journal.list({ limit: 10 })).items;
  const pulls = await repository.pullRequests();
  const pull = pulls[0];
  const head = pull?.headSha ?? '';
  function plain(text: string): string {
    let clean = text;
    for (const run of runs) clean = clean.replaceAll(run.id, '<run>');
    return (
      clean
        .replaceAll(world.github.url, '<github>')
        // a persona that was interrupted was asked twice; `askedAgain` holds the number against the journal
        .replaceAll(/\b\d+ agent runs?/g, '<n> agent runs')
        // a step that was interrupted says that it was tried again
        .replaceAll(/ \(\d+ attempts\)/g, '')
        .replaceAll(/since \d\d:\d\d UTC/g, 'since <time>')
        .replaceAll(/\b[0-9a-f]{7,40}\b/g, '<sha>')
        .replaceAll(/\b\d+(\.\d+)?\s?(ms|s|min|m|h|d)\b( \d+ [smh]\b)?/g, '<time>')
    );
  }
  const changed = pull === undefined ? [] : await repository.diff('main', head);
  const files = await Promise.all(changed.map(async ({ path }) => [path, await repository.file(head, path)] as const));
  const commits = pull === undefined ? [] : await repository.log(head);
  return {
    pulls: pulls.map(({ headSha: _head, number, body, reviewComments, reviews, ...rest }) => ({
      ...rest,
      body: plain(body),
      threads: reviewComments.map(({ author, path, inReplyTo, ...said }) => ({
        author,
        path,
        isAnswer: inReplyTo !== undefined,
        body: plain(said.body),
      })),
      reviews: reviews.map(({ user, state }) => `${user}: ${state}`),
      comments: repository.comments(number).map((comment) => plain(comment.body)),
    })),
    files: Object.fromEntries(files),
    commits: commits.map(({ message, author }) => `${author}: ${plain(message)}`),
    main: (await repository.log('main')).map(({ message, author }) => `${author}: ${plain(message)}`),
    branches: [...(await repository.branches()).keys()].toSorted(),
    checks: repository
      .checkRuns(head)
      .map(({ name, status, conclusion }) => `${name}: ${conclusion ?? status}`)
      .toSorted(),
    comments: repository
      .comments(issue)
      .map(
        ({ author, body, reactions }) =>
          `${author}: ${plain(body)}${reactions.map(({ content }) => ` [${content}]`).join('')}`,
      ),
    labels: repository.issue(issue).labels,
    issue: repository.issue(issue).state,
    runs: runs.map(({ workflow, status }) => `${workflow}: ${status}`),
    wrong: [
      ...complaints(world.github),
      ...openChecks(world),
      ...doubles(repository.checkRuns().map((check) => `${check.headSha} ${check.name} ${check.externalId}`)),
      ...(await askedAgain(world, store)),
      ...(await left(dataDir)),
    ],
  };
}

function openChecks({ repository }: DemoWorld): string[] {
  return repository
    .checkRuns()
    .filter(({ status }) => status !== 'completed')
    .map(({ name, headSha }) => `open check: ${name} on ${headSha}`);
}

function doubles(names: readonly string[]): string[] {
  return names.filter((name, index) => names.indexOf(name) !== index).map((name) => `twice: ${name}`);
}

/** After an answer was kept the persona is never called again (decision 28), and the receipt tells how often it was. */
async function askedAgain(world: DemoWorld, { journal }: Kept['store']): Promise<string[]> {
  const wrong: string[] = [];
  for (const { id } of (await journal.list({ limit: 10 })).items) {
    const kept = (await journal.read(id)).flatMap((event) => {
      const data = event.type === 'step.checkpoint' ? event.data.data : undefined;
      const phase = isObject(data) ? data['phase'] : undefined;
      return typeof phase === 'string' && 'step' in event ? [`${phase} ${event.step}`] : [];
    });
    wrong.push(...doubles(kept.filter((line) => line.startsWith('answered'))));
    wrong.push(...kept.filter((line, at) => isAfterItsAnswer(line, kept.slice(0, at))).map((line) => `again: ${line}`));
    const asked = kept.filter((line) => line.startsWith('asked')).length;
    const receipt = world.repository.comments(world.issue).find(({ body }) => body.includes(id))?.body ?? '';
    if (!receipt.includes(`**Receipt**: ${asked} agent run`))
      wrong.push(`personas were asked ${asked} times, told is: ${/\*\*Receipt.*/.exec(receipt)?.[0]}`);
  }
  return wrong;
}

/** Asked once an answer was handed in. */
function isAfterItsAnswer(line: string, before: readonly string[]): boolean {
  const [phase, step] = line.split(' ');
  return phase === 'asked' && before.includes(`handed-in ${step}`);
}

/**
 * What is left of the runs. The bot that lives tidies up after people have seen the end: it removes trees and lets git check out one for the
 * next run. That ends by itself within moments; what does not is left.
 */
async function left(dataDir: string): Promise<readonly string[]> {
  for (let look = 1; ; look += 1) {
    const found = [...leftovers(dataDir), ...worktreesOf(dataDir)];
    if (found.length === 0 || look === 600) return found;
    await pause(100);
  }
}

/** Processes that belong to the data directory: personas, checks, git. */
function leftovers(dataDir: string): string[] {
  const marks = [`TROUPE_SANDBOX=${sha256(dataDir).slice(0, 16)}`, dataDir];
  const found: string[] = [];
  for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name) && name !== String(process.pid))) {
    const told = ['environ', 'cmdline'].map((name) => readOf(() => readFileSync(`/proc/${pid}/${name}`, 'latin1')));
    told.push(readOf(() => readlinkSync(`/proc/${pid}/cwd`)));
    if (marks.some((mark) => told.some((text) => text.includes(mark))))
      found.push(`a process is left: ${told[1]?.replaceAll('\0', ' ')}`);
  }
  return found;
}

function worktreesOf(dataDir: string): string[] {
  const folder = join(dataDir, 'git', 'worktrees');
  return existsSync(folder) ? readdirSync(folder).map((name) => `a worktree is left: ${name}`) : [];
}

function readOf(read: () => string): string {
  try {
    return read();
  } catch {
    return ''; // it ended meanwhile
  }
}
