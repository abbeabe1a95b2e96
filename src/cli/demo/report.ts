// What the demo tells when its run has ended: everything a person would find, read from the repository itself. Changes nothing.
import type { RunState } from '../../engine/index.ts';
import { terminalMarkdown } from '../../local-github/index.ts';
import type { CommentView, DemoWorld } from '../../local-github/index.ts';
import type { Configuration } from '../common/configuration.ts';
import type { Io } from '../common/io.ts';
import { printJson } from '../common/print-json.ts';
import { demoMessages as say } from './messages.ts';
import { diffText, testCommit } from './proof.ts';
import type { Proof } from './proof.ts';

/** A demo at work. */
export interface Demo {
  readonly world: DemoWorld;
  readonly configuration: Configuration;
  readonly options: { readonly workflow: string; readonly json?: boolean };
  readonly io: Io;
  readonly dir: string;
  tell(line: string): void;
}

/** How the run of the demo ended. */
export interface Ending {
  readonly state: RunState;
  readonly before: Proof;
  readonly seconds: string;
}

/** Tells it all, and says whether the demo did what it should. */
export async function report(demo: Demo, { state, before, seconds }: Ending): Promise<boolean> {
  const { world, tell, configuration } = demo;
  const { repository } = world;
  const [pull] = (await repository.pullRequests()).filter(({ state: open }) => open === 'open');
  if (pull === undefined) {
    tell(say.noPullRequest);
    for (const comment of repository.comments(world.issue)) tell(commentText(comment));
    return false;
  }
  const commits = await repository.log(pull.headRef);
  const checks = repository.checkRuns(pull.headSha);
  const comments = repository.comments(world.issue);
  const after = await testCommit(repository.dir, pull.headSha, configuration.machine);
  const good =
    state.status === 'succeeded' &&
    !before.passed &&
    after.passed &&
    !pull.draft &&
    checks.length > 0 &&
    checks.every(({ conclusion }) => conclusion === 'success');
  if (demo.options.json === true) {
    const { number, title, body, draft, headRef, headSha, baseRef } = pull;
    printJson<'demo'>(demo.io, {
      status: state.status,
      pullRequest: { number, title, body, draft, headRef, headSha, baseRef },
      checks: checks.map(({ name, status, conclusion, title: line }) => ({ name, status, conclusion, title: line })),
      comments: comments.map(({ author, body: text }) => ({ author, body: text })),
      before,
      after,
      seconds: Number(seconds),
    });
    return good;
  }
  tell(say.pullRequest(pull, `${repository.url}/pull/${pull.number}`));
  tell(`\n${say.commits}`);
  for (const { sha, message, author } of commits) tell(`  ${sha.slice(0, 10)} ${author}: ${message.split('\n')[0]}`);
  tell(`\n${say.diff}`);
  tell(
    (await diffText(repository.dir, pull.baseRef, pull.headSha))
      .split('\n')
      .map((line) => `  ${line}`)
      .join('\n'),
  );
  tell(`\n${say.checks(pull.headSha)}`);
  for (const check of checks) tell(say.check(check));
  tell(`\n${say.comment}`);
  for (const comment of comments) tell(commentText(comment));
  tell(`\n${say.after(after)}`);
  tell(good ? say.done(seconds) : say.notDone);
  tell(say.pages({ repository: repository.url, issue: world.issue, pull: pull.number }));
  return good;
}

function commentText({ body }: CommentView): string {
  return terminalMarkdown(body)
    .map((line) => `  │ ${line}`.trimEnd())
    .join('\n');
}
