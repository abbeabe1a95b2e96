// What became of the events of an issue or pull request, as the inbox remembers it. Reads only.
import type { PastDecision } from '../coordinator/index.ts';
import type { Inbox, InboxEntry } from '../store/index.ts';
import { isObject, defined } from '../support/index.ts';

/** Past events, newest first, with what was decided about each. */
export async function pastDecisions(
  inbox: Pick<Inbox, 'about'>,
  { repository, number, limit }: { readonly repository: string; readonly number: number; readonly limit: number },
): Promise<readonly PastDecision[]> {
  const entries = await inbox.about(repository, number, limit);
  return entries.map((entry) => {
    const sender = senderOf(entry);
    return {
      at: entry.receivedAt,
      event: entry.action === null ? entry.event : `${entry.event}.${entry.action}`,
      state: entry.state,
      note: entry.lastError,
      ...defined({ sender }),
    };
  });
}

function senderOf({ payload }: InboxEntry): string | undefined {
  const sender = isObject(payload) ? payload['sender'] : undefined;
  const login = isObject(sender) ? sender['login'] : undefined;
  return typeof login === 'string' ? login : undefined;
}
