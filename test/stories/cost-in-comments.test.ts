// What people on an issue read about money when an agent is ended before it has told its price.
import { expect, test } from 'vitest';
import { shellProviders, writePersona } from '../support/shell-persona.ts';
import { storyPerTest } from '../support/story-per-test.ts';

const stage = storyPerTest();

const look = `name: Look
branch: false
variables: { patience: 2 }
steps:
  - { id: review, type: persona-request, persona: code-reviewer, timeout: "{{variables.patience}}" }
`;

test('an agent that its timeout ended: the comment says that nobody knows what it cost', async () => {
  const told = await stage({
    files: { '.github/troupe/workflows/look.yml': look },
    providers: shellProviders(),
    serverFile: { defaultProvider: 'program', sandbox: 'off' },
  });
  writePersona(told.dir, { 'code-reviewer': `sh('sleep 60');` });
  await told.label('troupe:look');
  expect(await told.ended()).toMatchObject({ status: 'timed_out', usage: { costUsd: '0', complete: false } });
  const comment = await told.github.until('the receipt', async () =>
    told.repository
      .comments(told.issue)
      .find(({ author, body }) => author === told.app.botLogin && body.includes('**Receipt**')),
  );
  expect(comment.body).toMatch(/\| ⌛ \| Review \| timed out \| .* \| cost unknown \|/);
  expect(comment.body).toContain('**Receipt**: 1 agent run · tokens unknown · cost unknown · ');
  expect(comment.body).toContain('The attempt took longer than 2.0 s');
});
