// From the start of the Action's bundle to the first step of its run, beside a Node that does nothing.
import { rmSync } from 'node:fs';
import { buildAction, rehearse, setStage } from '../action/stage.ts';
import { bareNode, startFigure } from './bare-node.ts';
import type { StartPair } from './bare-node.ts';
import type { Figure } from './figure.ts';

const rounds = 5;

/** Measures both in turns. The clone of the repository and the state's first push are part of ours. */
export async function actionStart(): Promise<readonly Figure[]> {
  const action = buildAction();
  const pairs: StartPair[] = [];
  for (let round = 0; round < rounds; round += 1) {
    const stage = await setStage(action);
    const start = performance.now();
    let ours = Number.NaN;
    await stage.job({
      event: 'workflow_dispatch',
      payload: {},
      with: { ...rehearse, workflow: 'look', 'issue-number': String(stage.issue) },
      onLine(line, end) {
        if (!line.startsWith('▸ ')) return;
        ours = performance.now() - start;
        end('SIGKILL');
      },
    });
    await stage.close();
    pairs.push({ ours, theirs: await bareNode() });
  }
  rmSync(action, { recursive: true, force: true });
  return [startFigure('the Action to its first step', pairs, 10)];
}
