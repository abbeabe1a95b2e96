// The stories in which the bot dies: what the repository holds, what people do, and what must be there in the end besides what every story has.
import type { DemoWorld } from '../../src/local-github/index.ts';
import { goodAnswers } from './good-answers.ts';
import type { Answers } from './good-answers.ts';
import { patienceMs } from './patience.ts';

/** One story. */
export interface CrashPlot {
  readonly files: Readonly<Record<string, string>>;
  /** The label that starts its first run. */
  readonly label: string;
  /** The first run is only what went before: it ends undisturbed, and the counting begins with `act`. */
  readonly sequel?: { readonly answers: Answers; act(world: DemoWorld): Promise<void> };
  /** What somebody does as soon as they see what they wait for. */
  meanwhile?(world: DemoWorld): Promise<void>;
  /** What is still missing in the end; undefined: nothing. */
  missing?(world: DemoWorld): Promise<string | undefined>;
}

/** How long people wait for what they are to see. */

const release = `name: Release
trigger: { labels: ["troupe:release"] }
steps:
  - { id: implement, type: persona-request, persona: lead-engineer }
  - id: ship
    type: git-operation
    operation: finalize
    merge: true
    dependencies: [implement]
    approval: { by: [maintainer] }
`;

const small = `name: Small
trigger: { labels: ["troupe:small"] }
steps:
  - { id: fix, type: persona-request, persona: lead-engineer, expect: [changes] }
`;

/** A persona that changes something, a push, a label: every kind of write in as few of them as there can be. */
const brief = `name: Brief
trigger: { labels: ["troupe:brief"] }
steps:
  - { id: fix, type: persona-request, persona: lead-engineer, expect: [changes] }
  - { id: mark, type: github, action: label, params: { labels: [reviewed] }, dependencies: [fix] }
`;

/** Two providers do the same, and both pass: the work of the first is kept, whoever comes first. */
const both = `name: Both
trigger: { labels: ["troupe:both"] }
steps:
  - { id: both, type: persona-request, persona: lead-engineer, providers: [one, two], wait_for: all, expect: [changes] }
`;

/** Ten items, three at a time. With `stop` the last one fails: how many have begun by then is the same in every telling. */
function each(onItemFailure: 'stop' | 'continue', list: string): CrashPlot {
  const workflow = `name: Each
trigger: { labels: ["troupe:each"] }
steps:
  - id: ${list}
    type: foreach
    items: [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]
    concurrency: 3
    on_item_failure: ${onItemFailure}
    steps:
      - { id: write, type: persona-request, persona: lead-engineer, expect: [changes] }
`;
  return {
    files: { '.github/troupe.yml': 'verify: []\n', '.github/troupe/workflows/each.yml': workflow },
    label: 'troupe:each',
  };
}

const plots = {
  'project-loop': {
    files: { '.github/troupe.yml': 'verify:\n  - [node, test/cart.test.js]\n' },
    label: 'troupe:project-loop',
  },
  approval: {
    files: { '.github/troupe.yml': 'verify: []\n', '.github/troupe/workflows/release.yml': release },
    label: 'troupe:release',
    async meanwhile({ github, repository, fullName, issue, app }) {
      const line = await github.until(
        'a request for approval',
        () =>
          repository
            .comments(issue)
            .filter(({ author }) => author === app.botLogin)
            .flatMap(({ body }) => /\/troupe approve ship @[0-9a-f]{40}/.exec(body) ?? [])[0],
        patienceMs,
      );
      await github.as('maintainer').comment(fullName, issue, line);
    },
  },
  brief: {
    files: { '.github/troupe.yml': 'verify: []\n', '.github/troupe/workflows/brief.yml': brief },
    label: 'troupe:brief',
  },
  'several providers': {
    files: { '.github/troupe.yml': 'verify: []\n', '.github/troupe/workflows/both.yml': both },
    label: 'troupe:both',
  },
  'each, continue': each('continue', 'notes'),
  'each, stop': each('stop', 'papers'),
  rework: {
    files: { '.github/troupe.yml': 'verify: []\n', '.github/troupe/workflows/small.yml': small },
    label: 'troupe:small',
    sequel: {
      answers: {
        'lead-engineer': { status: 'pass', summary: 'Said why.', edits: { 'notes.md': 'Quantity counts.\n' } },
      },
      async act({ github, repository, fullName }) {
        const [pull] = await repository.pullRequests();
        await github.as('maintainer').review(fullName, pull?.number ?? 0, {
          event: 'REQUEST_CHANGES',
          body: 'Almost.',
          comments: [{ path: 'src/cart.js', line: 2, body: 'Say why in a note.' }],
        });
      },
    },
    async missing({ repository, app }) {
      const said = (await repository.pullRequests()).flatMap(({ reviewComments }) => reviewComments);
      return said.some(({ author }) => author === app.botLogin) ? undefined : 'an answer in the thread';
    },
  },
} as const satisfies Readonly<Record<string, CrashPlot>>;

/** The name of a story. */
export type PlotName = keyof typeof plots;

/** The story of a name. */
export function plotOf(name: PlotName): CrashPlot {
  return plots[name];
}

/** What personas answer at first. */
export const firstAnswers: Answers = {
  ...goodAnswers,
  'both~one': { status: 'pass', summary: 'One did it.', edits: { 'one.md': '1\n' }, delay: 1 },
  'both~two': { status: 'pass', summary: 'Two did it.', edits: { 'two.md': '2\n' } },
  ...forItems('notes', 4),
  ...forItems('papers', 9),
};

/** An answer for each of ten items; one fails, and every third takes its time, so that they do not end in their order. */
function forItems(list: string, broken: number): Answers {
  return Object.fromEntries(
    Array.from({ length: 10 }, (_, index) => [
      `${list}.${index}.write`,
      index === broken
        ? { raw: 'There is no paper left.' }
        : {
            status: 'pass',
            summary: `Wrote ${index}.`,
            edits: { [`${list}/${index}.md`]: `${index}\n` },
            delay: index % 3 === 0 ? 1 : 0,
          },
    ]),
  );
}
