import { execFileSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { spec, workflow, persona } from '../../../test/support/run-builder.ts';
import type { RunSpec, Task } from '../../engine/index.ts';
import { createRedactor } from '../../support/index.ts';
import { taskFromJson, taskFromWords } from '../common/task-input.ts';
import { shellWord } from '../common/shell-word.ts';
import { repeatLine } from './repeat-line.ts';

const how = { cwd: '/home/ada/shop', redactor: createRedactor(['hunter2-hunter2']) };

function run(task: Task, inputs: RunSpec['inputs'] = {}): RunSpec {
  const flow = workflow([persona('code', [])]);
  const place = { type: 'string', required: false, default: 'staging', description: '' } as const;
  return { ...spec({ ...flow, id: 'hotfix', inputs: { place, token: place, count: place } }), task, inputs };
}

test('the line has what was said, and leaves out what stands in the workflow anyway', () => {
  const line = repeatLine(run(taskFromWords('Fix the sum', ''), { place: 'staging', count: 3, token: null }), {
    ...how,
    answers: '/home/ada/answers.yml',
    config: '/etc/troupe/config.yml',
    collectErrors: true,
  });
  expect(line).toBe(
    "troupe run hotfix --task 'Fix the sum' --input count=3 --config /etc/troupe/config.yml --answers ../answers.yml --collect-errors",
  );
});

test('secrets are masked, by their name and by their value', () => {
  const line = repeatLine(run(taskFromWords('Use hunter2-hunter2', ''), { token: 'abc', place: 'home' }), how);
  expect(line).toBe("troupe run hotfix --task 'Use [redacted]' --input 'token=[redacted]' --input place=home");
});

test('a task from JSON is given as JSON again, and reads back as the same task', () => {
  const task = taskFromJson('{"title":"It\'s free","number":7,"labels":["bug"],"urgent":true}', 'a test');
  const line = repeatLine(run(task), how);
  expect(line).toContain('| troupe run hotfix --issue -');
  const printed = execFileSync('sh', ['-c', line.slice(0, line.lastIndexOf('| troupe'))], { encoding: 'utf8' });
  expect(taskFromJson(printed, 'the line')).toEqual(task);
});

test.each(['plain', 'two words', "it's", '$(id)', '`id`', '"', 'a\nb', '--flag=1'])(
  'a shell reads the word %j back',
  (word) => {
    const read = execFileSync('sh', ['-c', `printf %s ${shellWord(word)}`], { encoding: 'utf8' });
    expect(read).toBe(word);
  },
);
