// Stages for the tests of one file: the bundle is built once, and each test's stage is closed after it.
import { rmSync } from 'node:fs';
import { afterAll, afterEach, beforeAll, expect } from 'vitest';
import { buildAction, setStage } from './stage.ts';
import type { Stage, StageOptions } from './stage.ts';

/** Gives the way to set a stage. `orderly`: a test fails when the local GitHub had to complain about a request. */
export function stagesOf({ orderly }: { readonly orderly: boolean }): (options?: StageOptions) => Promise<Stage> {
  let action = '';
  let stage: Stage | undefined;
  beforeAll(() => {
    action = buildAction();
  });
  afterAll(() => rmSync(action, { recursive: true, force: true }));
  afterEach(async () => {
    const said = stage?.complaints() ?? [];
    await stage?.close();
    stage = undefined;
    if (orderly) expect(said).toEqual([]);
  });
  return async (options = {}) => {
    stage = await setStage(action, options);
    return stage;
  };
}
