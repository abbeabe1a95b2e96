// The whole prompt of one request, and what had to be cut from it. Pure: reads nothing, sends nothing.
import { byteLength, defined } from '../../support/index.ts';
import { promptTexts } from '../model/messages.ts';
import { trimBlocks } from './budget.ts';
import { cleanText, fence } from './clean-text.ts';
import { files, memory, retrieval } from './given-sections.ts';
import { givenTexts } from './messages.ts';
import { nearlyFull, promptBudget } from './prompt-budget.ts';
import type { Part, PromptParts } from './prompt-parts.ts';
import { task, thread, wanted } from './task-sections.ts';
import { inputs, lastError, upstream, workspace } from './work-sections.ts';

/** A prompt, what it is made of, and what was left out of it. */
export interface BuiltPrompt {
  readonly text: string;
  /** In order; `of`: what there was, of which `bytes` are in the text. */
  readonly sections: readonly PromptSection[];
  /** What was cut, in words. */
  readonly cut: readonly string[];
  /** The whole text, where something was cut. */
  readonly uncut?: string;
  /** Bytes that fit whoever reads it, where the prompt takes more than four fifths of them. */
  readonly nearly?: number;
}

/** One piece of a prompt by its size. */
export interface PromptSection {
  readonly label: string;
  readonly bytes: number;
  readonly of: number;
}

/** In the order of the prompt. */
const sections = [
  role,
  task,
  wanted,
  thread,
  memory,
  workspace,
  retrieval,
  inputs,
  upstream,
  files,
  lastError,
  skills,
  project,
  contract,
];

/**
 * The prompt: role, task, what is wanted now, conversation, memory, workspace, places found, inputs, upstream results, files asked for,
 * last error, skills, AGENTS.md, result contract.
 */
export function buildPrompt(parts: PromptParts): BuiltPrompt {
  const blocks = sections.flatMap((section) => section(parts));
  const overhead = byteLength(assemble(blocks.map((block) => ({ ...block, body: '' })))) + blocks.length * 16;
  const budget = parts.maxBytes ?? promptBudget(parts.model);
  const { blocks: trimmed, cut } = trimBlocks(blocks, budget - overhead);
  const note: Part[] =
    cut.length === 0 ? [] : [{ label: 'cut', body: promptTexts.cut(cut), fixed: true, heading: '', data: false }];
  const text = assemble([...trimmed, ...note]);
  const isNear = cut.length === 0 && byteLength(text) > budget * nearlyFull;
  return {
    text,
    sections: sizesOf(blocks, trimmed),
    cut,
    ...defined({ uncut: cut.length === 0 ? undefined : assemble(blocks), nearly: isNear ? budget : undefined }),
  };
}

function sizesOf(before: readonly Part[], after: readonly Part[]): readonly PromptSection[] {
  const labels = [...new Set(before.map(({ label }) => label))];
  const size = (blocks: readonly Part[], label: string) =>
    blocks.reduce((sum, block) => sum + (block.label === label ? byteLength(block.body) : 0), 0);
  return labels.map((label) => ({ label, bytes: size(after, label), of: size(before, label) }));
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
  const { left = 0, most = 0 } = parts.infoRequests ?? {};
  const asking = most === 0 ? '' : left > 0 ? givenTexts.mayAsk(left, most) : givenTexts.askedAll(most);
  const whole = asking === '' ? body : `${body}\n\n${asking}`;
  return [{ label: 'result', heading: '# Result', body: whole, fixed: true, data: false }];
}
