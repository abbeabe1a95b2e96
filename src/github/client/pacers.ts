// One pacer per installation, for every client of a world: GitHub's limits are of the installation, whoever asks. Sends nothing.
import { createPacer } from './pacer.ts';
import type { Pacer, PacerOptions } from './pacer.ts';

/** The pacer of an installation; 0: of the App itself, or of a plain token. */
export type PacerOf = (installationId: number) => Pacer;

/** The pacers of a world that is this process. */
export function createLocalPacers(options: PacerOptions): PacerOf {
  const pacers = new Map<number, Pacer>();
  return (installationId) => {
    const known = pacers.get(installationId);
    if (known !== undefined) return known;
    const made = createPacer(options);
    pacers.set(installationId, made);
    return made;
  };
}
