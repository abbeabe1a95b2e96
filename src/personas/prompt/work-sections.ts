// The sections of a prompt about the work: the checkout, inputs, results upstream, the last error. Pure.
import { canonicalJson, codeSpan, fit, oneLine } from '../../support/index.ts';
import { promptTexts } from '../model/messages.ts';
import { rightsOf } from '../model/tool-rights.ts';
import { cleanText, prettyText, visibleText } from './clean-text.ts';
import type { Part, PromptParts } from './prompt-parts.ts';

/** Names of files without their content that a prompt shows; it says how many there are. */
const mostUnfiltered = 50;
const mostErrorBytes = 8_000;

/** The checkout, and what the run changed so far. */
export function workspace(parts: PromptParts): Part[] {
  const place = parts.workspace;
  if (place === undefined) return [];
  const list = place.changed.map(cleanText).join('\n');
  return [
    {
      label: 'workspace',
      heading: '# Workspace',
      body: promptTexts.workspace({
        mayEdit: place.mayEdit,
        seesFiles: rightsOf(parts.persona.tools).seesFiles,
        mayRun: place.mayEdit || parts.persona.tools.includes('execute'),
        branch: place.branch === undefined ? '' : codeSpan(oneLine(cleanText(place.branch), 100)),
        base: place.base ?? 'HEAD',
      }),
      fixed: true,
      data: false,
    },
    ...(place.unfiltered ?? []).map(({ filter, files }) => ({
      label: `files under the filter ${cleanText(filter)}`,
      heading: promptTexts.unfiltered(cleanText(filter), files.length),
      body: files.slice(0, mostUnfiltered).map(cleanText).join('\n'),
      fixed: false,
      data: true,
    })),
    ...(list === ''
      ? []
      : [{ label: 'changed files', heading: promptTexts.changedFiles(), body: list, fixed: false, data: true }]),
    ...(place.patch === undefined || place.patch === ''
      ? []
      : [
          {
            label: 'changes so far',
            heading: promptTexts.patch(),
            body: visibleText(place.patch),
            fixed: false,
            data: true,
          },
        ]),
  ];
}

/** The step's own inputs. */
export function inputs(parts: PromptParts): Part[] {
  if (canonicalJson(parts.inputs) === '{}' || parts.inputs === null) return [];
  return [{ label: 'inputs', heading: '# Inputs', body: prettyText(parts.inputs), fixed: false, data: true }];
}

/** What the steps before handed over. */
export function upstream(parts: PromptParts): Part[] {
  return parts.upstream.map(({ name, result }, index) => ({
    label: `upstream result of ${name}`,
    heading: `${index === 0 ? '# Upstream results\n\n' : ''}## ${cleanText(name)}`,
    body: prettyText({
      verdict: result.verdict,
      verdictReason: result.verdictReason,
      summary: result.summary,
      outputs: result.outputs,
      findings: result.findings,
      evidence: result.evidence,
      filesChanged: result.filesChanged,
      noop: result.noop,
    }),
    fixed: false,
    data: true,
  }));
}

/** Why the attempt before failed. It is never cut away; what an agent printed is bounded. */
export function lastError(parts: PromptParts): Part[] {
  if (parts.lastError === undefined) return [];
  return [
    {
      label: 'last error',
      heading: `# Last error\n\n${promptTexts.lastError()}`,
      body: fit(cleanText(parts.lastError), mostErrorBytes),
      fixed: true,
      data: true,
    },
  ];
}
