// What must hold before a run starts, in the order it is asked: a line for each rule. The first that does not hold decides, and its sentence is the answer.
import { beforePaying } from './before-paying.ts';
import { budget } from './budget.ts';
import { files } from './files.ts';
import { free } from './free.ts';
import { inputs } from './inputs.ts';
import { known } from './known.ts';
import { listedBot } from './listed-bot.ts';
import { lockName } from './lock-name.ts';
import { match } from './match.ts';
import { notPaused } from './not-paused.ts';
import { open } from './open.ts';
import { ownBranch } from './own-branch.ts';
import { permission } from './permission.ts';
import { rate } from './rate.ts';
import { single } from './single.ts';
import { stillTrue } from './still-true.ts';
import type { StartRule } from './types.ts';

export type { StartRequest, StartRule, Refusal } from './types.ts';

/** All of them. */
export const startRules: readonly StartRule[] = [
  // where nothing of ours was meant, nobody's permission is asked
  match,
  stillTrue,
  // whoever may not start a run hears of nothing else
  listedBot,
  permission,
  files,
  known,
  single,
  open,
  notPaused,
  ownBranch,
  inputs,
  // from here on the run is looked at as it would be
  lockName,
  beforePaying,
  budget,
  rate,
  free,
];
