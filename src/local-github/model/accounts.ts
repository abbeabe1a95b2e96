// People, Apps, their installations and tokens. Shapes only; everything here is mutable and in memory.

/** Levels an App can be given per permission name. */
export type Grants = Readonly<Record<string, 'read' | 'write' | 'admin'>>;

export interface User {
  readonly id: number;
  readonly login: string;
  readonly type: 'User' | 'Organization' | 'Bot';
  readonly name: string;
}

/** Who did something, and through which App. */
export interface Actor {
  readonly user: User;
  readonly app?: App | undefined;
}

export interface Hook {
  readonly id: number;
  url: string | undefined;
  secret: string;
}

export interface App {
  readonly id: number;
  readonly slug: string;
  readonly name: string;
  readonly owner: User;
  readonly bot: User;
  readonly publicKey: string;
  permissions: Grants;
  events: readonly string[];
  readonly hook: Hook;
  readonly createdAt: string;
}

export interface Installation {
  readonly id: number;
  readonly app: App;
  readonly account: User;
  permissions: Grants;
  /** Repository ids, or all of the account. */
  repositories: Set<number> | 'all';
  suspended: boolean;
  readonly createdAt: string;
}

export interface Token {
  readonly hash: string;
  readonly expiresAt: number;
  revoked: boolean;
  readonly user?: User;
  readonly installation?: Installation;
  readonly permissions?: Grants;
  readonly repositories?: ReadonlySet<number>;
}
