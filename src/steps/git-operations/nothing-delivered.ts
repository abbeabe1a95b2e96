// Why a step that delivers has nothing to deliver, told by what the remote has. Reads only.
import { TroupeError } from '../../support/index.ts';
import type { RunBranch } from '../common/branch.ts';
import { gitMessages as messages } from '../common/git-messages.ts';
import { whatRemoteHas } from '../common/remote-head.ts';
import type { Operation } from './operation.ts';

/** The failure of a step whose run changed nothing: what others pushed meanwhile is theirs, and no reason to say that nothing is there. */
export async function nothingDelivered({ context, workplace }: Operation, place: RunBranch): Promise<TroupeError> {
  const { kind } = await whatRemoteHas(context, workplace, place);
  if (kind === 'others')
    return new TroupeError('step/nothing-delivered', messages.nothingOfOurs(place.branch), {
      hint: messages.nothingOfOursHint,
    });
  return new TroupeError('step/nothing-delivered', messages.nothingDelivered, { hint: messages.nothingDeliveredHint });
}
