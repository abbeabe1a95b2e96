// The order of test files: what takes longest begins first, so that nothing is left to wait for alone at the end.
import { BaseSequencer } from 'vitest/node';
import type { TestSpecification } from 'vitest/node';

/** A sequencer that begins with the files whose paths end so, in this order. */
export function longestFirst(...longest: readonly string[]): typeof BaseSequencer {
  const rank = ({ moduleId }: TestSpecification): number => {
    const found = longest.findIndex((name) => moduleId.endsWith(name));
    return found < 0 ? longest.length : found;
  };
  return class extends BaseSequencer {
    override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
      return (await super.sort(files)).toSorted((a, b) => rank(a) - rank(b));
    }
  };
}
