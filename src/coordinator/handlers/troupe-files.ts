// A push to the default branch that changes what Troupe is told in the repository: its labels follow (decision 35). Writes nothing.
import { wantedLabels } from '../common/labels.ts';
import { reasons } from '../common/messages.ts';
import type { Handler, Heard } from './types.ts';

/** Brings the labels of the commands up to date. */
export const troupeFiles: Handler = {
  name: 'troupe-files',
  answersTo: 'a push that changes files below .github/troupe',
  then: 'go on',
  matches: (happening): happening is Heard =>
    happening.event === 'push' && happening.changedPaths?.some((path) => path.startsWith('.github/troupe')) === true,
  async decide(_happening, { scene }) {
    const actions = wantedLabels((await scene.catalogue()).candidates);
    return { outcome: 'acted', reason: reasons.labels(actions.length), why: [], actions };
  },
};
