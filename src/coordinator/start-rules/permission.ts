// Whoever asks needs the permission to trigger, asked fresh from GitHub for the sender.
import type { Permission } from '../../github/index.ts';
import { answers, reasons } from '../messages.ts';
import { isAtLeast } from '../permission.ts';
import { holding } from './messages.ts';
import { holds, refuses } from './types.ts';
import type { StartRequest, StartRule } from './types.ts';

/** A listed bot needs none: the rule before it looks at bots. */
export const permission: StartRule = {
  name: 'permission',
  async judge({ request, world, catalogue }) {
    const { sender } = request.happening;
    if (request.trusted === true) return holds(holding.trusted());
    if (sender.isBot) return holds(holding.listedBot(sender.login));
    const needed = catalogue.effective.permissions.trigger;
    const has = await world.permission(sender.login);
    return isAtLeast(has, needed)
      ? holds(reasons.allowed(sender.login, needed))
      : refuses(reasons.permission(sender.login, has, needed), lineFor(request, needed, has));
  },
};

function lineFor({ by, workflowId, happening }: StartRequest, needed: Permission, has: Permission): string {
  const { sender, label = '' } = happening;
  if (by !== 'label') return answers.commandRefused(sender.login, 'run', needed, has);
  return workflowId === undefined
    ? answers.plainLabelRefused(sender.login, label, needed, has)
    : answers.labelRefused(sender.login, label, needed, has);
}
