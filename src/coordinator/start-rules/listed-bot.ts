// A bot that asks has to be listed, by its exact login. Decides only.
import { reasons } from '../common/messages.ts';
import { isListedBot } from '../common/permission.ts';
import { holding } from './messages.ts';
import { holds, refuses } from './types.ts';
import type { StartRule } from './types.ts';

/** Nothing is said to a bot: it would not read it. */
export const listedBot: StartRule = {
  name: 'listed-bot',
  judge({ request, catalogue }) {
    const { sender } = request.happening;
    if (request.trusted === true) return holds(holding.trusted());
    if (!sender.isBot) return holds(holding.people());
    return isListedBot(sender.login, catalogue.effective.permissions)
      ? holds(holding.listedBot(sender.login))
      : refuses(reasons.unlistedBot(sender.login), '');
  },
};
