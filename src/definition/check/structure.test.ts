import { describe, expect, test } from 'vitest';
import { ask, check, context, file, lines } from './testing.ts';

describe('structure', () => {
  test('a cycle is named', () => {
    const steps = [ask('a', 'dependencies: [c]'), ask('b', 'dependencies: [a]'), ask('c', 'dependencies: [b]')];
    expect(lines(file(...steps))).toMatchInlineSnapshot(`
      [
        "2:73 «[c] }» structure/cycle: The steps wait for each other: \`a\` → \`c\` → \`b\` → \`a\` → Take one of these dependencies away.",
      ]
    `);
    expect(lines(file(ask('a', 'dependencies: [a]')))).toMatchInlineSnapshot(`
      [
        "2:73 «[a] }» structure/cycle: \`a\` depends on itself → Take one of these dependencies away.",
      ]
    `);
  });

  test('an unknown dependency gets the nearest step', () => {
    expect(lines(file(ask('planning'), ask('b', 'dependencies: [planing]')))).toMatchInlineSnapshot(`
      [
        "3:74 «planing] }» structure/unknown-dependency: There is no step \`planing\` → Did you mean \`planning\`?",
      ]
    `);
  });

  test('a dependency inside another step', () => {
    const parallel = '  - { id: p, type: parallel, steps: [{ id: x, type: persona-request, persona: qa-engineer }] }';
    expect(lines(file(parallel, ask('b', 'dependencies: [x]')))).toMatchInlineSnapshot(`
      [
        "3:74 «x] }» structure/dependency-outside-list: \`x\` is not in the same list as \`b\` → Depend on \`p\`, the step it is in.",
      ]
    `);
  });

  test('ids and names are unique in the whole file', () => {
    const parallel = '  - { id: p, type: parallel, steps: [{ id: a, type: persona-request, persona: qa-engineer }] }';
    const found = lines(
      file(ask('a'), parallel, ask('b-c'), ask('b_c', 'name: Other'), ask('d', 'name: B c'), ask('settle')),
    );
    expect(found).toMatchInlineSnapshot(`
      [
        "3:44 «a, type: per» structure/duplicate-id: The id \`a\` is there twice (first at steps[0]) → Ids are unique in the whole file.",
        "5:11 «b_c, type: p» structure/duplicate-id: \`b_c\` and \`b-c\` are the same name in expressions (first at steps[2]) → Ids are unique in the whole file.",
        "6:65 «B c }» structure/duplicate-name: Two steps are named "B c": \`b-c\` and \`d\` → Checks on GitHub carry the name, so it is unique in the file.",
        "7:11 «settle, type» structure/reserved-id: \`settle\` is the id of a step of Troupe's own → Give the step another id.",
      ]
    `);
  });

  test.each(['paused', 'needs-human', 'exhausted', 'lint'])('the id %s is reserved', (id) => {
    expect(check(file(ask('a')), context, id).map(({ code }) => code)).toEqual(['structure/reserved-workflow-id']);
  });

  test.each(['Fix', 'fix_it', '-fix', 'ä', '', 'x'.repeat(51)])('%j is no id', (id) => {
    expect(check(file(ask('a')), context, id).map(({ code }) => code)).toEqual(['structure/workflow-id']);
  });

  test('empty lists', () => {
    const text = 'steps:\n  - { id: c, type: conditional, condition: "true", then_steps: [] }\non_failure: []\n';
    expect(lines(text)).toMatchInlineSnapshot(`
      [
        "2:52 «then_steps: » structure/empty-list: \`then_steps\` has no steps → List steps in it or take the key away.",
        "3:1 «on_failure: » structure/empty-list: \`on_failure\` has no steps → List steps in it or take the key away.",
      ]
    `);
    expect(lines('steps: []\n')).toMatchInlineSnapshot(`
      [
        "1:1 «steps: []» structure/empty-list: \`steps\` has no steps → A workflow does something.",
      ]
    `);
  });

  test('too many steps, and steps too deep', () => {
    const many = Array.from({ length: 201 }, (_, index) => ask(`s${index}`));
    expect(check(file(...many)).map(({ code }) => code)).toEqual(['resources/too-many-steps']);
    const most = Array.from({ length: 180 }, (_, index) => ask(`s${index}`));
    expect(check(file(...most)).map(({ code, severity }) => `${severity} ${code}`)).toEqual([
      'warning resources/many-steps',
    ]);
    let inner = '{ id: s0, type: persona-request, persona: qa-engineer }';
    for (let depth = 1; depth < 8; depth += 1) inner = `{ id: s${depth}, type: parallel, steps: [${inner}] }`;
    expect(check(`steps: [${inner}]\n`).map(({ code }) => code)).toEqual(['structure/too-deep']);
  });

  test('a join of branches that exclude each other', () => {
    const bug = ask('bug', `condition: "task.type === 'bug'"`);
    const other = ask('other', `condition: 'task.type !== "bug"'`);
    expect(lines(file(bug, other, ask('join', 'dependencies: [bug, other]'), ask('end', 'dependencies: [join]'))))
      .toMatchInlineSnapshot(`
      [
        "4:76 «[bug, other]» structure/never-runs: \`join\` can never run: \`bug\` and \`other\` exclude each other → Write \`on_skipped_dependency: any\` to go on after whichever ran.",
      ]
    `);
    expect(lines(file(bug, other, ask('join', 'dependencies: [bug, other], on_skipped_dependency: any')))).toEqual([]);
    const two = ask('feature', `condition: "task.type === 'feature' && task.number > 1"`);
    expect(check(file(bug, two, ask('join', 'dependencies: [bug, feature]'))).map(({ code }) => code)).toEqual([
      'structure/never-runs',
    ]);
  });

  test('two ways to repeat', () => {
    expect(lines(file(ask('a', 'retries: 2, retry: { limit: 3 }')))).toMatchInlineSnapshot(`
      [
        "2:59 «retries: 2, » structure/retries-and-retry: \`retries\` and \`retry\` are both there → Keep \`retry: { limit }\`.",
      ]
    `);
    expect(lines(file(ask('a', 'on_error: { retries: 2, fallback: continue }')))).toMatchInlineSnapshot(`
      [
        "2:71 «retries: 2, » schema/unknown-key: \`on_error\` only runs steps → Write \`retries\` on the step itself.",
      ]
    `);
  });

  test('branch: false beside a step that writes', () => {
    expect(lines(`branch: false\n${file(ask('a', '', 'lead-engineer'))}`)).toMatchInlineSnapshot(`
      [
        "1:9 «false» structure/branch-false: \`branch: false\`, but \`a\` can write → Give the step \`commit: none\`, or take \`branch: false\` away.",
      ]
    `);
    expect(lines(`branch: { name: x }\n${file(ask('a'))}`)).toMatchInlineSnapshot(`
      [
        "1:1 «branch: { na» schema/no-effect: \`branch\` has no effect: no step can write → Take it away.",
      ]
    `);
  });
});
