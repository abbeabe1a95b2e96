// `troupe --version`, `troupe --help` and `troupe run` up to its first step, beside a Node that does nothing.
import { makeWorkingCopy, startTroupe, troupeBin } from '../support/cli.ts';
import { bareNode, startFigure } from './bare-node.ts';
import type { StartPair } from './bare-node.ts';
import type { Figure } from './figure.ts';

const rounds = 5;
const quickRounds = 25;

/** Measures both in turns. */
export async function startTime(): Promise<readonly Figure[]> {
  const workingCopy = makeWorkingCopy();
  const answers = workingCopy.answers('good.yml');
  const pairs: StartPair[] = [];
  for (let round = 0; round < rounds; round += 1) {
    const start = performance.now();
    // As a person has it: no cache of compiled code.
    const options = { cwd: workingCopy.path, env: { NODE_COMPILE_CACHE: '' } };
    const process = startTroupe(['run', 'hotfix', '--task', 'Fix the sum', '--answers', answers], options);
    await process.said(': started');
    const ours = performance.now() - start;
    process.child.kill('SIGKILL');
    await process.ended;
    pairs.push({ ours, theirs: await bareNode() });
  }
  workingCopy.remove();
  return [
    startFigure('`troupe --version`', await inTurns('--version'), 2),
    startFigure('`troupe --help`', await inTurns('--help'), 3),
    startFigure('`troupe run` to its first step', pairs),
  ];
}

async function inTurns(option: string): Promise<readonly StartPair[]> {
  const pairs: StartPair[] = [];
  for (let round = 0; round < quickRounds; round += 1)
    pairs.push({ ours: await bareNode([troupeBin, option]), theirs: await bareNode() });
  return pairs;
}
