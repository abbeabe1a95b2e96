// From `troupe run` to its first step, beside a Node that does nothing.
import { makeDesk, startTroupe } from '../support/cli.ts';
import { bareNode, startFigure } from './bare-node.ts';
import type { Figure } from './figure.ts';

const rounds = 5;

/** Measures both in turns. */
export async function startTime(): Promise<readonly Figure[]> {
  const desk = makeDesk();
  const answers = desk.answers('good.yml');
  const ours: number[] = [];
  const theirs: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    const start = performance.now();
    // As a person has it: no cache of compiled code.
    const options = { cwd: desk.path, env: { NODE_COMPILE_CACHE: '' } };
    const process = startTroupe(['run', 'hotfix', '--task', 'Fix the sum', '--answers', answers], options);
    await process.said(': started');
    ours.push(performance.now() - start);
    process.child.kill('SIGKILL');
    await process.ended;
    theirs.push(await bareNode());
  }
  desk.remove();
  return [startFigure('`troupe run` to its first step', ours, theirs)];
}
