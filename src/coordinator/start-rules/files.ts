// What the start depends on must have no mistakes: the settings, the chosen workflow, and persona files where that workflow is broken. Decides only.
import { answers, reasons } from '../common/messages.ts';
import { holding } from './messages.ts';
import { holds, refuses } from './types.ts';
import type { StartRequest, StartRule } from './types.ts';

/** One comment for a file, edited in place until the file is right. */
export const files: StartRule = {
  name: 'files',
  judge({ request, catalogue, selection, chosen }) {
    const broken = selection.kind === 'chosen' && chosen === undefined ? selection.candidate : undefined;
    const findings = [
      ...catalogue.settingsFindings,
      ...(broken?.findings ?? []),
      ...(broken === undefined ? [] : catalogue.personaFindings),
    ].filter((finding) => finding.severity === 'error');
    const named = [...new Set(findings.map((finding) => finding.file))];
    if (findings.length > 0)
      return refuses(reasons.mistakes(named), answers.mistakes(named, findings, again[request.by]), {
        concerns: 'everybody',
        about: `mistakes-${broken?.id ?? 'settings'}`,
      });
    return broken === undefined
      ? holds(holding.files())
      : refuses(reasons.mistakes([broken.path]), '', { concerns: 'everybody' });
  },
};

const again: Readonly<Record<StartRequest['by'], string>> = {
  label: 'put the label on again',
  command: 'give the command again',
  event: 'start it again',
  asked: 'start it again',
};
