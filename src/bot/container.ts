// Whether this process runs in a container, where an address that only this machine reaches is reached by nobody. Looks, and changes nothing.
import { existsSync, readFileSync } from 'node:fs';
import type { Variables } from './environment.ts';

/** What is looked at. */
export interface Surroundings {
  readonly variables: Variables;
  isThere(file: string): boolean;
  /** The control groups of this process, as the kernel writes them. */
  groups(): string;
}

/**
 * Docker and Podman leave a file, Podman and systemd a variable, Kubernetes the address of its service, and with the first version of
 * control groups the path names who made them.
 */
export function isContainer({ variables, isThere, groups }: Surroundings): boolean {
  if ((variables['KUBERNETES_SERVICE_HOST'] ?? '') !== '' || (variables['container'] ?? '') !== '') return true;
  if (isThere('/.dockerenv') || isThere('/run/.containerenv')) return true;
  return /\/(?:docker|kubepods|lxc|libpod|garden)(?:\/|\.slice|-[0-9a-f]+\.scope|$)/m.test(groups());
}

/** Of this process. */
export function surroundings(variables: Variables): Surroundings {
  return {
    variables,
    isThere: existsSync,
    groups() {
      try {
        return readFileSync('/proc/self/cgroup', 'utf8');
      } catch {
        return '';
      }
    },
  };
}
