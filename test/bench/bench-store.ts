// A store in a scratch folder with runs of trivial steps: the real journal, the real drive loop, steps that do nothing.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { RunSpec, Workflow } from '../../src/engine/index.ts';
import { openStore } from '../../src/store/index.ts';
import type { Store } from '../../src/store/index.ts';
import { createRedactor, frozen, silentLogger, systemClock } from '../../src/support/index.ts';
import { persona, spec, workflow } from '../support/run-builder.ts';

/** An open store in its own folder. */
export interface BenchStore {
  readonly dir: string;
  readonly store: Store;
  remove(): Promise<void>;
}

/** Opens it. */
export async function openBenchStore(): Promise<BenchStore> {
  const dir = mkdtempSync(join(tmpdir(), 'troupe-bench-'));
  const store = await openStore({
    kind: 'embedded',
    directory: join(dir, 'data'),
    clock: systemClock,
    log: silentLogger,
    redact: createRedactor(['a-secret-of-this-bench']).json,
    owner: { what: 'bench' },
  });
  return {
    dir,
    store,
    async remove() {
      await store.close();
      rmSync(dir, { recursive: true, force: true });
    },
  };
}

/** Steps one after another, checked once for all runs, as the bot does. */
export function chain(length: number): Workflow {
  const steps = Array.from({ length }, (_, index) =>
    persona(`step-${index + 1}`, index === 0 ? [] : [`step-${index}`]),
  );
  return frozen(workflow(steps));
}

/** A run of a workflow; each has a repository of its own. */
export function runOf(flow: Workflow, index: number): RunSpec {
  return spec(flow, {
    repository: {
      id: index + 1,
      owner: 'acme',
      name: `shop-${index}`,
      defaultBranch: 'main',
      cloneUrl: `https://github.test/acme/${index}.git`,
    },
  });
}
