// Every row of docs/sentences.md that the bot or a desk says, seen there word for word.
import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { sentenceRows } from '../../scripts/sentences.ts';
import type { About, SentenceName } from '../../scripts/sentences.ts';
import { makeWorkingCopy, troupe } from '../support/cli.ts';
import { startStory } from '../support/story.ts';
import { eventually } from '../support/patience.ts';
import type { Story, StoryOptions } from '../support/story.ts';

type Row = Extract<SentenceName, `${string}: bot` | `${string}: desk`>;

const release = `name: Release
trigger: { labels: ["troupe:release"] }
steps:
  - { id: implement, type: persona-request, persona: lead-engineer }
  - { id: release, name: Release, type: git-operation, operation: finalize, merge: true, dependencies: [implement], approval: { by: [ada] } }
`;
const reads = { contents: 'write', issues: 'write', checks: 'write', metadata: 'read', members: 'read' } as const;

/** What stands in the bot's comments once the first of them holds `wanted`. */
async function commented(label: string, wanted: (about: About) => readonly string[], options: StoryOptions) {
  const told: Story = await startStory(options);
  try {
    await told.label(label);
    await eventually(() => {
      const bodies = told.comments().map(({ body }) => body);
      const known = /Known: (.*?)\.(?:\s|$)/.exec(bodies[0] ?? '')?.[1]?.match(/[\w-]+(?=`)/g) ?? [];
      const branch = 'troupe/1-the-total-ignores-how-many-of-an-item-ar';
      const about = { repository: told.fullName, issue: told.issue, branch, run: '', known, job: '' };
      for (const sentence of wanted(about)) {
        expect(bodies.join('\n')).toContain(sentence);
        for (const body of bodies) expect(body.split(sentence).length - 1).toBeLessThanOrEqual(1);
      }
    });
  } finally {
    await told.close();
  }
}

const plays: Readonly<Record<Row, () => Promise<void>>> = {
  'no pull_requests: bot': () =>
    commented('troupe:project-loop', sentenceRows['no pull_requests: bot'].says, { world: { permissions: reads } }),
  'gate: bot': () =>
    commented('troupe:release', sentenceRows['gate: bot'].says, {
      files: { '.github/troupe/workflows/release.yml': release, '.github/troupe.yml': 'verify: []\n' },
    }),
  'label: bot': () =>
    commented('troupe:smal', sentenceRows['label: bot'].says, {
      files: { '.github/troupe/workflows/small.yml': release.replace('troupe:release', 'never') },
    }),
  'disabled: bot': () =>
    commented('troupe:hotfix', sentenceRows['disabled: bot'].says, {
      files: { '.github/troupe.yml': 'workflows: { disable: [hotfix] }\n' },
    }),
  async 'late approve: bot'() {
    const told: Story = await startStory({
      files: { '.github/troupe/workflows/release.yml': release, '.github/troupe.yml': 'verify: []\n' },
    });
    try {
      const say = (text: string) => told.github.as('maintainer').comment(told.fullName, told.issue, text);
      await told.label('troupe:release');
      const { id } = await told.until('a gate', ({ status }) => status === 'waiting');
      await say('/troupe cancel');
      await told.ended();
      await say('/troupe approve');
      const about = { repository: told.fullName, issue: told.issue, branch: '', run: id, known: [], job: '' };
      const timeless = (text: string): string => text.replaceAll(/\d{4}-\d\d-\d\d \d\d:\d\d/g, 'TIME');
      await eventually(() => {
        const bodies = told.comments().map(({ body }) => timeless(body));
        for (const sentence of sentenceRows['late approve: bot'].says(about))
          expect(bodies.at(-1)).toContain(timeless(sentence));
      });
    } finally {
      await told.close();
    }
  },
  async 'gate: desk'() {
    const copy = makeWorkingCopy();
    try {
      const step = '{ id: release, name: Release, type: approval, message: "Go on?" }';
      writeFileSync(join(copy.path, 'it.yml'), `branch: false\nsteps:\n  - ${step}\n`);
      const answers = copy.answers('a.yml', {});
      const end = await troupe(['run', './it.yml', '--task', 'Look', '--answers', answers], { cwd: copy.path });
      const run = readdirSync(join(copy.path, '.troupe', 'desk'))[0]?.replace('.json', '') ?? '';
      const about = { repository: '', issue: 0, branch: '', run, known: [], job: '' };
      expect(end.code).toBe(3);
      for (const sentence of sentenceRows['gate: desk'].says(about))
        expect(`${end.stdout}${end.stderr}`).toContain(sentence);
    } finally {
      copy.remove();
    }
  },
};

test.each(Object.entries(plays))('%s', (_, play) => play());
