// A prompt of a small task; a test names the difference.
import { buildPrompt } from '../../src/personas/index.ts';
import type { BuiltPrompt } from '../../src/personas/index.ts';

type Parts = Parameters<typeof buildPrompt>[0];

/** What may differ: a part, or the words of the task. */
export type PromptChange = Partial<Parts> & { readonly title?: string; readonly body?: string };

/** The parts of the prompt. */
export function promptParts({ title, body, ...change }: PromptChange = {}): Parts {
  return {
    persona: {
      id: 'qa',
      name: 'QA',
      description: '',
      tools: ['read'],
      skills: [],
      profiles: {},
      expect: [],
      prompt: 'You test.',
      source: 'built-in',
      digest: '',
    },
    task: {
      kind: 'issue',
      number: 7,
      title: title ?? 'Sum is wrong',
      body: body ?? 'It adds one.',
      labels: ['bug'],
      slug: 'sum',
      fields: {},
    },
    step: { id: 'qa', name: 'Test it', description: 'All of it.' },
    inputs: {},
    upstream: [],
    skills: [],
    outputSchemas: [],
    expect: [],
    ...change,
  };
}

/** The prompt. */
export function promptOf(change: PromptChange = {}): BuiltPrompt {
  return buildPrompt(promptParts(change));
}
