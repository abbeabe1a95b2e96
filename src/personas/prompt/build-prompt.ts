// The whole prompt of one request, and what had to be cut from it. Pure: reads nothing, sends nothing.
import { byteLength, canonicalJson } from '../../support/index.ts';
import type { Json, JsonObject } from '../../support/index.ts';
import type { StepResult, Task } from '../../engine/index.ts';
import { promptTexts } from '../model/messages.ts';
import { rightsOf } from '../model/tool-rights.ts';
import type { Persona } from '../model/types.ts';
import { trimBlocks } from './budget.ts';
import type { Block } from './budget.ts';
import { cleanText, fence, visibleText } from './clean-text.ts';

/** What a prompt is made of. */
export interface PromptParts {
  readonly persona: Persona;
  /** Words of the chosen profile, added to the role. */
  readonly append?: string;
  /** What templates of the role named and people or other personas wrote: the role only points at it. */
  readonly values?: readonly { readonly name: string; readonly text: string }[];
  readonly task: Task;
  readonly step: { readonly id: string; readonly name: string; readonly description: string };
  readonly inputs: Json;
  readonly upstream: readonly { readonly name: string; readonly result: StepResult }[];
  /** What went wrong in the attempt before. */
  readonly lastError?: string;
  readonly skills: readonly { readonly id: string; readonly text: string }[];
  readonly agentsMd?: string;
  /** Where it works; absent: it sees no files. */
  readonly workspace?: {
    readonly branch?: string;
    /** The base commit of the run: what it changed is the difference to it. */
    readonly base?: string;
    readonly mayEdit: boolean;
    /** What the run changed so far, against its base. */
    readonly changed: readonly string[];
    readonly patch?: string;
    /** Files whose content is not there: what git stores in their place is, and a change of one would be refused. */
    readonly unfiltered?: readonly { readonly filter: string; readonly files: readonly string[] }[];
  };
  /** JSON Schemas that `outputs` must satisfy. */
  readonly outputSchemas: readonly JsonObject[];
  /** Judged by tests that Troupe runs, expected to change files …: told, so that nobody has to guess. */
  readonly expect: readonly string[];
  readonly maxBytes?: number;
}

/** A prompt and what was left out of it. */
export interface BuiltPrompt {
  readonly text: string;
  readonly cut: readonly string[];
}

const defaultMaxBytes = 200_000;
/** Names of files without their content that a prompt shows; it says how many there are. */
const mostUnfiltered = 50;

/** The prompt: role, task, workspace, inputs, upstream results, last error, skills, AGENTS.md, result contract. */
export function buildPrompt(parts: PromptParts): BuiltPrompt {
  const sections = [
    role(parts),
    task(parts),
    workspace(parts),
    inputs(parts),
    upstream(parts),
    lastError(parts),
    skills(parts),
    project(parts),
    contract(parts),
  ];
  const blocks = sections.flat();
  const overhead = byteLength(assemble(blocks.map((block) => ({ ...block, body: '' })))) + blocks.length * 16;
  const { blocks: trimmed, cut } = trimBlocks(blocks, (parts.maxBytes ?? defaultMaxBytes) - overhead);
  const note: Part[] =
    cut.length === 0 ? [] : [{ label: 'cut', body: promptTexts.cut(cut), fixed: true, heading: '', data: false }];
  return { text: assemble([...trimmed, ...note]), cut };
}

interface Part extends Block {
  /** Stands above the block; '' continues the section. */
  readonly heading: string;
  /** Text of people or of other personas: fenced, never to be followed. */
  readonly data: boolean;
}

function assemble(parts: readonly Part[]): string {
  const texts = parts.map(({ heading, body, data }) =>
    [heading, data ? fence(body, 'data') : body].filter((text) => text !== '').join('\n\n'),
  );
  return `${texts.join('\n\n')}\n`;
}

function role(parts: PromptParts): Part[] {
  const { prompt, tools, limits = [] } = parts.persona;
  const words = [prompt, parts.append ?? '', promptTexts.tools(tools, limits), promptTexts.dataRule()]
    .filter((text) => text !== '')
    .join('\n\n');
  const values = (parts.values ?? []).map(({ name, text }) => ({
    label: `value of ${name}`,
    heading: promptTexts.value(name),
    body: cleanText(text),
    fixed: false,
    data: true,
  }));
  return [{ label: 'role', heading: '# Role', body: words, fixed: true, data: false }, ...values];
}

function task(parts: PromptParts): Part[] {
  const { task: run, step } = parts;
  const facts = {
    kind: run.kind,
    number: run.number,
    title: cleanText(run.title),
    labels: run.labels,
    type: run.type,
    scope: run.scope,
    priority: run.priority,
    severity: run.severity,
    author: run.author,
    url: run.url,
    ...(Object.keys(run.fields).length === 0 ? {} : { fields: run.fields }),
  };
  const what = promptTexts.step(step.name, step.description);
  return [
    { label: 'step', heading: '# Task', body: what, fixed: true, data: false },
    { label: 'task', heading: promptTexts.taskFacts(), body: pretty(facts), fixed: false, data: true },
    ...(cleanText(run.body) === ''
      ? []
      : [{ label: 'task body', heading: promptTexts.taskBody(), body: cleanText(run.body), fixed: false, data: true }]),
  ];
}

function workspace(parts: PromptParts): Part[] {
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
        branch: cleanText(place.branch ?? ''),
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

function inputs(parts: PromptParts): Part[] {
  if (canonicalJson(parts.inputs) === '{}' || parts.inputs === null) return [];
  return [{ label: 'inputs', heading: '# Inputs', body: pretty(parts.inputs), fixed: false, data: true }];
}

function upstream(parts: PromptParts): Part[] {
  return parts.upstream.map(({ name, result }, index) => ({
    label: `upstream result of ${name}`,
    heading: `${index === 0 ? '# Upstream results\n\n' : ''}## ${cleanText(name)}`,
    body: pretty({
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

function lastError(parts: PromptParts): Part[] {
  if (parts.lastError === undefined) return [];
  return [
    {
      label: 'last error',
      heading: `# Last error\n\n${promptTexts.lastError()}`,
      body: cleanText(parts.lastError),
      fixed: false,
      data: true,
    },
  ];
}

function skills(parts: PromptParts): Part[] {
  return parts.skills.map(({ id, text }, index) => ({
    label: `skill ${id}`,
    heading: `${index === 0 ? '# Skills\n\n' : ''}## ${id}`,
    body: cleanText(text),
    fixed: false,
    data: false,
  }));
}

function project(parts: PromptParts): Part[] {
  if (parts.agentsMd === undefined || parts.agentsMd.trim() === '') return [];
  return [
    {
      label: 'AGENTS.md',
      heading: `# Project\n\n${promptTexts.project()}`,
      body: cleanText(parts.agentsMd),
      fixed: false,
      data: false,
    },
  ];
}

function contract(parts: PromptParts): Part[] {
  const body = promptTexts.contract({
    schemas: parts.outputSchemas.map((schema) => JSON.stringify(schema, null, 2)),
    expect: parts.expect,
  });
  return [{ label: 'result', heading: '# Result', body, fixed: true, data: false }];
}

function pretty(value: unknown): string {
  return JSON.stringify(cleaned(value), null, 2);
}

/** Every text in the value without what people cannot see. */
function cleaned(value: unknown): unknown {
  if (typeof value === 'string') return cleanText(value);
  if (Array.isArray(value)) return value.map(cleaned);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [cleanText(key), cleaned(item)]));
}
