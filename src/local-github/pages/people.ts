// The start page, and the page of an account: whose repositories are here.
import type { Repository, User } from '../model/index.ts';
import { fullName } from '../world/world.ts';
import type { World } from '../world/world.ts';
import { html } from './html/html.ts';
import type { Html } from './html/html.ts';
import { icon } from './html/icons.ts';
import { avatar } from './parts.ts';
import { plainPage } from './shell.ts';
import type { Page } from './shell.ts';

/** All repositories that anybody may see. */
export function startPage(world: World): Page {
  return plainPage(
    'Repositories',
    html`<h1>Repositories</h1>
      ${repositoryRows(publicOnes(world))}`,
  );
}

/** A person, an organisation, a bot. */
export function accountPage(world: World, user: User): Page {
  const own = publicOnes(world).filter(({ owner }) => owner.id === user.id);
  const kinds = { User: 'A person', Organization: 'An organisation', Bot: 'A GitHub App' } as const;
  return plainPage(
    user.login,
    html`<h1>${avatar(user.login)} ${user.login}</h1>
      <p class="quiet">
        ${kinds[user.type]}${user.name === user.login ? undefined : ` called ${user.name}`}, made up for this GitHub.
      </p>
      ${own.length === 0 ? undefined : repositoryRows(own)}`,
  );
}

/** Nothing is there, or nothing that may be seen. */
export function missingPage(): Page {
  return plainPage(
    'Not found',
    html`<h1>Not found</h1>
      <p>Nothing is here. <a href="/">All repositories</a></p>`,
    404,
  );
}

function publicOnes(world: World): readonly Repository[] {
  return [...world.repositories.values()].filter((repository) => !repository.private);
}

function repositoryRows(repositories: readonly Repository[]): Html {
  if (repositories.length === 0) return html`<p class="quiet">There is none yet.</p>`;
  return html`<section class="box">
    <ul class="rows">
      ${repositories.map(
        (repository) =>
          html`<li>
            ${icon('repo')}
            <div class="grow">
              <a class="strong" href="/${fullName(repository)}">${fullName(repository)}</a>
              <div class="quiet">${repository.description ?? ''}</div>
            </div>
          </li>`,
      )}
    </ul>
  </section>`;
}
