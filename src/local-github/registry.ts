// Accounts, Apps, repositories and who may what, as tests and the demo arrange them. Never asks for a permission.
import { TroupeError } from '../support/index.ts';
import { changeRepositories, install, uninstall } from './accounts/installations.ts';
import { createRepository, renameRepository, transferRepository } from './accounts/repositories.ts';
import { createApp, createUser, findApp } from './accounts/users-and-apps.ts';
import type { Installation, User } from './model/index.ts';
import { writePushRules } from './pushes/push-rules.ts';
import { pushRulesOf } from './pushes/rulesets.ts';
import type { LocalGitHub, LocalGitHubOptions, NewRuleset, Permission, PushRule } from './types/index.ts';
import { viewOf } from './view.ts';
import { findIssue, findRepository, findUser } from './world/world.ts';
import type { World } from './world/world.ts';

/** Accounts, Apps, repositories and who may what. */
export function registry(world: World, { webhook }: Pick<LocalGitHubOptions, 'webhook'>) {
  return { ...onAccounts(world, webhook), ...onInstallations(world), ...onRepositories(world) };
}

function onAccounts(world: World, webhook: LocalGitHubOptions['webhook']) {
  return {
    createUser: (login: string, wish: { readonly type?: User['type']; readonly name?: string } = {}) =>
      void createUser(world, login, wish),
    createApp: (app: Parameters<LocalGitHub['createApp']>[0]) =>
      createApp(world, { ...app, url: app.webhookUrl ?? webhook?.url, secret: app.webhookSecret ?? webhook?.secret }),
    setWebhook(slug: string, hook: { readonly url: string | undefined; readonly secret?: string }) {
      const app = findApp(world, slug);
      app.hook.url = hook.url;
      app.hook.secret = hook.secret ?? app.hook.secret;
    },
  };
}

function onInstallations(world: World) {
  function installationOf(id: number): Installation {
    const installation = world.installations.get(id);
    if (installation === undefined)
      throw new TroupeError('local-github/installation', `There is no installation ${id}`);
    return installation;
  }
  return {
    install: async (slug: string, account: string, repositories?: readonly string[]) =>
      (await install(world, { slug, account, repositories })).id,
    uninstall: (id: number) => uninstall(world, installationOf(id)),
    addRepositories: (id: number, names: readonly string[]) =>
      changeRepositories(world, installationOf(id), { action: 'added', names }),
    removeRepositories: (id: number, names: readonly string[]) =>
      changeRepositories(world, installationOf(id), { action: 'removed', names }),
    revokeTokens(id: number) {
      for (const token of world.tokens.values()) if (token.installation?.id === id) token.revoked = true;
    },
  };
}

function onRepositories(world: World) {
  return {
    createRepository: async (wish: Parameters<LocalGitHub['createRepository']>[0]) =>
      viewOf(world, await createRepository(world, wish)),
    createRepositoryHook(repository: string, hook: { readonly url: string; readonly secret: string }) {
      const id = world.nextId();
      findRepository(world, repository).hooks.push({ id, ...hook });
      return id;
    },
    setPermission(repository: string, login: string, permission: Permission) {
      findRepository(world, repository).collaborators.set(findUser(world, login).id, permission);
    },
    protectBranch(repository: string, branch: string, rule: Parameters<LocalGitHub['protectBranch']>[2]) {
      const { checks = [], approvals = 0, signatures = false, locked = false } = rule;
      findRepository(world, repository).protection.set(branch, { checks, approvals, signatures, locked });
    },
    setPushRules: (repository: string, rules: readonly PushRule[]) =>
      writePushRules(findRepository(world, repository).dir, rules),
    async setRulesets(repository: string, rulesets: readonly NewRuleset[]) {
      const there = findRepository(world, repository);
      there.rulesets = rulesets.map((one) => ({ bypass: [], ...one, id: world.nextId() }));
      await writePushRules(there.dir, pushRulesOf(there));
    },
    lockIssue(repository: string, issue: number, locked: boolean) {
      findIssue(findRepository(world, repository), issue).locked = locked;
    },
    renameRepository: (repository: string, name: string) =>
      renameRepository(world, findRepository(world, repository), name),
    transferRepository: (repository: string, owner: string) =>
      transferRepository(world, findRepository(world, repository), findUser(world, owner)),
    archiveRepository(repository: string, archived: boolean) {
      findRepository(world, repository).archived = archived;
    },
  };
}
