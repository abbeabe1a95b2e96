// Users, Apps and installations as GitHub's API shows them.
import type { App, Installation, User } from '../model/index.ts';
import { nodeId } from '../world/world.ts';
import type { World } from '../world/world.ts';

/** A `simple-user`. */
export function userShape(world: World, user: User) {
  const api = `${world.apiUrl}/users/${encodeURIComponent(user.login)}`;
  const path = user.type === 'Bot' ? `apps/${user.login.replace('[bot]', '')}` : user.login;
  return {
    login: user.login,
    id: user.id,
    node_id: nodeId(user.type === 'Bot' ? 'BOT' : user.type === 'User' ? 'U' : 'O', user.id),
    avatar_url: `${world.url}/avatars/${user.id}`,
    gravatar_id: '',
    url: api,
    html_url: `${world.url}/${path}`,
    followers_url: `${api}/followers`,
    following_url: `${api}/following{/other_user}`,
    gists_url: `${api}/gists{/gist_id}`,
    starred_url: `${api}/starred{/owner}{/repo}`,
    subscriptions_url: `${api}/subscriptions`,
    organizations_url: `${api}/orgs`,
    repos_url: `${api}/repos`,
    events_url: `${api}/events{/privacy}`,
    received_events_url: `${api}/received_events`,
    type: user.type,
    user_view_type: 'public',
    site_admin: false,
  };
}

/** A user or null. */
export function optionalUser(world: World, user: User | undefined) {
  return user === undefined ? null : userShape(world, user);
}

/** A `public-user`, what `GET /users/{username}` gives. */
export function publicUserShape(world: World, user: User) {
  return {
    ...userShape(world, user),
    name: user.name,
    company: null,
    blog: '',
    location: null,
    email: null,
    hireable: null,
    bio: null,
    public_repos: 0,
    public_gists: 0,
    followers: 0,
    following: 0,
    created_at: world.now(),
    updated_at: world.now(),
  };
}

/** An `integration`. */
export function appShape(world: World, app: App) {
  return {
    id: app.id,
    client_id: clientId(app),
    slug: app.slug,
    node_id: nodeId('A', app.id),
    owner: userShape(world, app.owner),
    name: app.name,
    description: '',
    external_url: world.url,
    html_url: `${world.url}/apps/${app.slug}`,
    created_at: app.createdAt,
    updated_at: app.createdAt,
    permissions: app.permissions,
    events: app.events,
  };
}

/** The client id that a JWT may name instead of the App id. */
export function clientId(app: App): string {
  return `Iv23li${app.id}`;
}

/** An `installation`. */
export function installationShape(world: World, installation: Installation) {
  const { app, account } = installation;
  return {
    id: installation.id,
    client_id: clientId(app),
    account: userShape(world, account),
    repository_selection: installation.repositories === 'all' ? 'all' : 'selected',
    access_tokens_url: `${world.apiUrl}/app/installations/${installation.id}/access_tokens`,
    repositories_url: `${world.apiUrl}/installation/repositories`,
    html_url: `${world.url}/settings/installations/${installation.id}`,
    app_id: app.id,
    app_slug: app.slug,
    target_id: account.id,
    target_type: account.type,
    permissions: installation.permissions,
    events: app.events,
    created_at: installation.createdAt,
    updated_at: installation.createdAt,
    single_file_name: null,
    has_multiple_single_files: false,
    single_file_paths: [],
    suspended_by: null,
    suspended_at: installation.suspended ? installation.createdAt : null,
  };
}
