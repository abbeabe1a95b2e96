// Whoever asks needs the permission to trigger, asked fresh from GitHub for the sender.
import { answers, reasons } from '../common/messages.ts';
import { isAtLeast } from '../common/permission.ts';
import type { Lack } from '../common/permission.ts';
import { holding } from './messages.ts';
import { holds, refuses } from './types.ts';
import type { StartRequest, StartRule } from './types.ts';

/** A listed bot needs none: the rule before it looks at bots. */
export const permission: StartRule = {
  name: 'permission',
  async judge({ request, scene, catalogue }) {
    const { sender } = request.happening;
    if (request.trusted === true) return holds(holding.trusted());
    if (sender.isBot) return holds(holding.listedBot(sender.login));
    const needed = catalogue.effective.permissions.trigger;
    const has = await scene.permission(sender.login);
    return isAtLeast(has, needed)
      ? holds(reasons.allowed(sender.login, needed))
      : refuses(reasons.permission(sender.login, has, needed), lineFor(request, { login: sender.login, needed, has }));
  },
};

function lineFor({ by, workflowId, happening: { label = '' } }: StartRequest, lack: Lack): string {
  if (by !== 'label') return answers.commandRefused('run', lack);
  return workflowId === undefined ? answers.plainLabelRefused(label, lack) : answers.labelRefused(label, lack);
}
