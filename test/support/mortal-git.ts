// Git of a process that dies: afterwards it begins nothing more, and what it had begun comes to rest before the next process looks.
import type { GitRepository, Worktree } from '../../src/git/index.ts';

/** The repository of one process, and its last moment. */
export interface MortalGit {
  readonly repository: GitRepository;
  /** Resolves when nothing that the dead process had begun changes its files any more. */
  rest(): Promise<void>;
}

export function mortalGit(repository: GitRepository, isDead: () => boolean): MortalGit {
  const begun = new Set<Promise<unknown>>();

  function mortal<Port extends object>(port: Port): Port {
    return new Proxy(port, {
      get(target, key) {
        const member: unknown = Reflect.get(target, key);
        if (typeof member !== 'function') return member;
        return (...args: readonly unknown[]): unknown => {
          if (isDead()) throw new Error('the process is dead');
          const answer: unknown = Reflect.apply(member, target, args);
          if (!(answer instanceof Promise)) return answer;
          const call = answer.finally(() => begun.delete(call));
          begun.add(call);
          return call;
        };
      },
    });
  }

  const whole = mortal(repository);
  return {
    repository: new Proxy(whole, {
      get(target, key) {
        if (key !== 'worktree') return Reflect.get(target, key) as unknown;
        return async (request: Parameters<GitRepository['worktree']>[0]): Promise<Worktree> =>
          mortal(await target.worktree(request));
      },
    }),
    async rest() {
      while (begun.size > 0) await Promise.allSettled(begun);
    },
  };
}
