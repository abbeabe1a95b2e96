// Everything that is shown of a run whose steps were done for items: comment, checks, pull request, summary, `show`, `report`, each to the byte.
import { expect, test } from 'vitest';
import { endLines, stepLine } from '../../src/cli/common/messages.ts';
import { reportPage } from '../../src/cli/commands/report.ts';
import { driveRun, foldRun } from '../../src/engine/index.ts';
import type { RunEvent, RunSpec, RunState, StepContext, StepOutcome, Workflow } from '../../src/engine/index.ts';
import type { OwnPart } from '../../src/github/index.ts';
import type { RunId, Sha } from '../../src/support/index.ts';
import { renderPullRequest, renderSummary, renderView, showRun } from '../../src/view/index.ts';
import { createManualClock } from '../support/manual-clock.ts';
import { setUpRun } from '../support/play-run.ts';
import {
  builtIn,
  conditional,
  done,
  failed,
  foreach,
  parallel,
  persona,
  spec,
  workflow,
} from '../support/run-builder.ts';

const startedAt = Date.UTC(2026, 10, 20, 12);
const run = 'rabcdefghijklmno' as RunId; // it has the shape
const headSha = 'b'.repeat(40) as Sha; // it has the shape

/** prepare → plan → each item (code → review) → both checks beside each other, and one more if the list went well. */
function flowOf(items: readonly string[]): Workflow {
  const each = [
    persona('code', [], { name: 'Write' }),
    persona('review', ['code'], { name: 'Review', persona: 'code-reviewer' }),
  ];
  return workflow(
    [
      builtIn('prepare'),
      persona('plan', ['prepare'], { name: 'Plan' }),
      foreach('each', each, {
        name: 'Each part',
        items: [...items],
        dependencies: ['plan'],
        onItemFailure: 'continue',
      }),
      parallel('checks', [persona('style', [], { name: 'Style' }), persona('tests', [], { name: 'Tests' })], {
        name: 'Checks',
        dependencies: ['each'],
      }),
      conditional('more', 'true', { then: [persona('docs', [], { name: 'Docs' })], dependencies: ['checks'] }),
    ],
    { name: 'Part by part' },
  );
}

function specOf(items: readonly string[]): RunSpec {
  return spec(flowOf(items), { id: run, host: 'bot' });
}

/** The parts whose number ends with 3 fail when they are written; those with 7 are not good enough. */
function answer({ path, step }: StepContext): StepOutcome {
  const index = /\.(\d+)\./.exec(path)?.[1] ?? '';
  if (step.type === 'prepare') {
    const pullRequest = {
      number: 12,
      url: 'https://github.com/acme/shop/pull/12',
      draft: true,
      state: 'open',
    } as const;
    return done({ facts: { branch: 'troupe/7-fix-it', headSha, pullRequest } });
  }
  if (path.endsWith('.code')) {
    if (index.endsWith('3')) return failed('Cannot write it: @everyone is away', { hint: 'Write it by hand.' });
    return done({ summary: `Wrote part ${index}.`, filesChanged: [`src/part-${index}.js`], sha: headSha });
  }
  const verdict = index.endsWith('7') ? 'fail' : 'pass';
  const verdictReason = verdict === 'fail' ? { verdictReason: 'It has no test.' } : {};
  return done({ verdict, ...verdictReason, summary: `Looked at ${index === '' ? 'it' : `part ${index}`}.` });
}

/** What happened, from the start to the end; each step takes two seconds. */
async function played(items: readonly string[]): Promise<readonly RunEvent[]> {
  const clock = createManualClock(startedAt);
  const executor = {
    async execute(context: StepContext) {
      clock.advance(2_000);
      return answer(context);
    },
  };
  const { journal, deps } = await setUpRun(specOf(items), executor, { clock });
  await driveRun(await journal.claim(run), deps);
  return journal.read(run);
}

function pagesOf(state: RunState): string {
  const shown = showRun({ state, runUrl: `https://troupe.example/runs/${run}` });
  const now = startedAt + 60_000;
  const { surfaces } = renderView({ run: shown, shown: [], now });
  const parts = [
    ...surfaces.map((surface) =>
      surface.kind === 'check'
        ? `check: ${surface.check.name} — ${surface.check.conclusion ?? surface.check.status} — ${surface.check.title}\n\n${surface.check.summary}`
        : `${surface.key}\n\n${surface.kind === 'pull' ? textOf(surface.part) : surface.body}`,
    ),
    ...(shown.isOver ? [] : [`pull request\n\n${textOf(renderPullRequest({ run: shown, stage: 'final' }))}`]),
    `summary\n\n${renderSummary({ run: shown })}`,
    `show\n\n${[...shown.rows.map((row) => stepLine(row, now)), '', ...endLines(shown)].join('\n')}`,
    `report\n\n${reportPage(state)}`,
  ];
  return `${parts.map((part) => `════ ${part}`).join('\n\n')}\n`;
}

const textOf = ({ title, body }: OwnPart): string => `${title}\n\n${body}`;

const numbered = (count: number): readonly string[] => Array.from({ length: count }, (_, index) => `part ${index}`);

test.each([
  ['few-items', 4],
  ['many-items', 40],
])('%s, some of which failed', async (name, count) => {
  const state = foldRun(await played(numbered(count)));
  await expect(pagesOf(state)).toMatchFileSnapshot(`../fixtures/shown/${name}.md`);
});

test('items while they are worked on', async () => {
  const events = await played(numbered(40));
  const inFlight = events.findLastIndex(({ type, step }) => type === 'step.started' && step === 'each.8.review');
  await expect(pagesOf(foldRun(events.slice(0, inFlight + 1)))).toMatchFileSnapshot('../fixtures/shown/in-flight.md');
});

test('a thousand items are as many rows as ten', async () => {
  const pages = pagesOf(foldRun(await played(numbered(1_000))));
  const comment = /════ comment\n([\s\S]*?)\n════/.exec(pages)?.[1] ?? '';
  expect(comment.length).toBeLessThan(20_000);
  expect(comment.match(/^\| .* \| (?:Write|Review) \[/gm)).toHaveLength(10);
  expect(comment).toContain('1,000 of 1,000 items done');
});
