// Editors for several items at a time: whoever ends first, the branch tells of them in the order of the items (real git over HTTP, local GitHub).
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { defaultServerFile, hostProviders } from '../../src/host/index.ts';
import type { HostProviders } from '../../src/host/index.ts';
import type { StepPath } from '../../src/support/index.ts';
import { storyPerTest } from '../support/story-per-test.ts';
import type { Story } from '../support/story.ts';

const stage = storyPerTest();

const items = Array.from({ length: 6 }, (_, index) => index);

function workflow(more: string): string {
  return `name: Notes
steps:
  - id: notes
    name: Notes
    type: foreach
    items: [${items.join(', ')}]
    concurrency: 3
    ${more}
    steps:
      - { id: write, name: Write, type: persona-request, persona: lead-engineer, expect: [changes] }
`;
}

/** Each writes a note of its own; those that are broken answer nothing that counts. */
function answers(broken: readonly number[]) {
  return Object.fromEntries(
    items.map((index) => [
      `notes.${index}.write`,
      broken.includes(index)
        ? { raw: 'There is no paper left.' }
        : { status: 'pass', summary: `Note ${index}.`, edits: { [`notes/${index}.md`]: `${index}\n` } },
    ]),
  );
}

/** The script, but who writes for the first item takes so long that all others have ended. */
function slowAtFirst(story: Story): HostProviders {
  const scripted = hostProviders({
    serverFile: defaultServerFile(),
    baseDir: story.dir,
    secrets: {},
    answers: join(story.dir, 'answers.yml'),
  });
  async function othersEnded(): Promise<void> {
    await story.until('the last item to end', ({ steps }) => {
      const last = steps.get(`notes.${items.length - 1}.write` as StepPath)?.status;
      return last === 'succeeded' || last === 'failed';
    });
  }
  return heldBack(scripted);

  /** In whichever host it works. */
  function heldBack(providers: HostProviders): HostProviders {
    return {
      ...providers,
      within: (host) => heldBack(providers.within(host)),
      get(name) {
        const provider = providers.get(name);
        if (provider === undefined) return undefined;
        return {
          ...provider,
          async start(task, ticket, context) {
            if (ticket.requestId.includes(':notes.0.write:')) await othersEnded();
            return provider.start(task, ticket, context);
          },
        };
      },
    };
  }
}

async function written(more: string, broken: readonly number[]): Promise<{ story: Story; order: readonly string[] }> {
  const story = await stage({
    later: true,
    files: { '.github/troupe/workflows/notes.yml': workflow(more), '.github/troupe.yml': 'verify: []\n' },
    answers: answers(broken),
  });
  await story.startBot({ providers: slowAtFirst(story) });
  await story.label('troupe:notes');
  const { facts, id } = await story.ended();
  const events = await story.bot().store.journal.read(id);
  const ends = events.flatMap((event) =>
    event.type === 'step.succeeded' && event.step?.endsWith('.write') === true ? [event.step] : [],
  );
  expect(ends.at(-1)).toBe('notes.0.write');
  const commits = await story.repository.log(facts.branch ?? '');
  return { story, order: commits.flatMap(({ message }) => /^Troupe-Step: (.*)$/m.exec(message)?.[1] ?? []) };
}

const paths = (indexes: readonly number[]): readonly string[] => indexes.map((index) => `notes.${index}.write`);

test.each([
  ['on_item_failure: continue', [3], 'degraded'],
  ['on_item_failure: stop', [5], 'failed'],
] as const)('the first item ends last, and its commit is the first of the branch: %s', async (more, broken, status) => {
  const { story, order } = await written(more, broken);
  const [run] = await story.runs();
  expect(run).toMatchObject({ status });
  const good = items.filter((index) => !broken.some((one) => one === index));
  expect(order.toReversed()).toEqual(paths(good));
  const pull = await story.pull();
  for (const index of good)
    expect(await story.repository.file(pull?.headSha ?? '', `notes/${index}.md`)).toBe(`${index}\n`);
});
