// The kinds of step of the language, in the order of its page. A new one is a file here and a line.
import { gitOperationKinds } from '../git-operations/list.ts';
import type { GitOperationKinds } from '../git-operations/operation-kind.ts';
import type { StepKinds } from '../source/step-kind.ts';
import { approval } from './approval.ts';
import { conditional } from './conditional.ts';
import { delay } from './delay.ts';
import { foreach } from './foreach.ts';
import { gate } from './gate.ts';
import { gitOperation } from './git-operation.ts';
import { github } from './github.ts';
import { keep, panel } from './panel.ts';
import { parallel } from './parallel.ts';
import { personaRequest } from './persona-request.ts';
import { prepare } from './prepare.ts';
import { question } from './question.ts';
import { run } from './run.ts';
import { settle } from './settle.ts';

/** All of them, with these git operations. */
export function stepKindsWith(operations: GitOperationKinds): StepKinds {
  return [
    personaRequest,
    gitOperation(operations),
    conditional,
    foreach,
    parallel,
    github,
    approval,
    question,
    delay,
    run,
    gate,
    prepare,
    settle,
    panel,
    keep,
  ];
}

/** All of them as they come with Troupe. */
export const stepKinds: StepKinds = stepKindsWith(gitOperationKinds);
