// One story: every answer of the local GitHub has the shape that GitHub's published OpenAPI description gives it.
import { expect, test } from 'vitest';
import { apiClient, complaints, createWorld, dig, installationToken, jwtOf } from '../../test/support/github.ts';
import { createOpenApiGuard } from './traffic/openapi-guard.ts';

test('every answer has the shape that GitHub describes', async () => {
  const world = await createWorld({ webhook: { url: 'http://127.0.0.1:9/', secret: 'secret' } });
  const { github, fullName, issue, installationId } = world;
  const guard = createOpenApiGuard();
  const found: string[] = [];
  const tried = new Set<string>();
  const repository = `/repos/${fullName}`;
  const token = await installationToken(world);

  async function ask(client: ReturnType<typeof apiClient>, route: string, body?: unknown): Promise<unknown> {
    const answer = await client(route, body);
    const entry = github.requests.at(-1);
    const [method = '', path = ''] = (entry?.route ?? '').split(' ');
    tried.add(entry?.route ?? route);
    if (answer.status >= 300) found.push(`${route}: ${answer.status} ${JSON.stringify(answer.body)}`);
    const wrong = guard.checkResponse(method, path, { status: answer.status, body: answer.body });
    // the description asks for an account that is a user and an enterprise at once
    const known = entry?.route === 'GET /app/installations';
    if (wrong.length > 0 && !known) found.push(`${route}: ${wrong.join('; ')}`);
    return answer.body;
  }
  const app = apiClient(github, jwtOf(world.app));
  const api = apiClient(github, token);
  const asApp = (route: string, body?: unknown) => ask(app, route, body);
  const asBot = (route: string, body?: unknown) => ask(api, route, body);

  await asApp('GET /app');
  await asApp('GET /app/installations');
  await asApp(`GET /app/installations/${installationId}`);
  await asApp(`GET ${repository}/installation`);
  await asApp(`POST /app/installations/${installationId}/access_tokens`, {
    repositories: ['cart'],
    permissions: { contents: 'write' },
  });
  await github.settled();
  const deliveries = await asApp('GET /app/hook/deliveries');
  await asApp(`GET /app/hook/deliveries/${String(dig(deliveries, '0.id'))}`);

  await asBot('GET /installation/repositories');
  await asBot('GET /rate_limit');
  await asBot('GET /users/writer');
  await asBot('GET /users/troupe%5Bbot%5D');
  await asBot('GET /apps/troupe');
  await asBot(`GET ${repository}`);
  await asBot(`GET ${repository}/collaborators/writer/permission`);
  const opened = await asBot(`POST ${repository}/issues`, {
    title: 'New',
    body: 'b',
    labels: ['one'],
    assignees: ['writer'],
  });
  await asBot(`PATCH ${repository}/issues/${String(dig(opened, 'number'))}`, {
    title: 'Newer',
    state: 'closed',
    labels: ['two'],
  });
  await asBot(`GET ${repository}/issues?labels=two&state=closed`);
  await asBot(`GET ${repository}/issues/${issue}`);
  await asBot(`GET ${repository}/issues/${String(dig(opened, 'number'))}/events`);
  const comment = await asBot(`POST ${repository}/issues/${issue}/comments`, { body: 'hello' });
  const commentId = String(dig(comment, 'id'));
  await asBot(`GET ${repository}/issues/${issue}/comments`);
  await asBot(`GET ${repository}/issues/comments/${commentId}`);
  await asBot(`PATCH ${repository}/issues/comments/${commentId}`, { body: 'hi' });
  await asBot(`POST ${repository}/issues/comments/${commentId}/reactions`, { content: 'eyes' });
  await asBot(`GET ${repository}/issues/comments/${commentId}/reactions`);
  await asBot(`POST ${repository}/issues/${issue}/reactions`, { content: '+1' });
  await asBot(`POST ${repository}/labels`, { name: 'three', color: 'aabbcc', description: 'd' });
  await asBot(`PATCH ${repository}/labels/three`, { new_name: 'four' });
  await asBot(`GET ${repository}/labels`);
  await asBot(`GET ${repository}/labels/four`);
  await asBot(`POST ${repository}/issues/${issue}/labels`, { labels: ['four', 'five'] });
  await asBot(`GET ${repository}/issues/${issue}/labels`);
  await asBot(`DELETE ${repository}/issues/${issue}/labels/four`);
  await asBot(`POST ${repository}/issues/${issue}/assignees`, { assignees: ['writer'] });
  await asBot(`DELETE ${repository}/labels/four`);

  const main = String((await world.repository.branches()).get('main'));
  await asBot(`POST ${repository}/git/refs`, { ref: 'refs/heads/fix', sha: main });
  const head = await github
    .as('writer')
    .pushCommit(fullName, 'fix', { message: 'fix', files: { 'src/new.js': 'x\n', 'README.md': null } });
  await asBot(`GET ${repository}/git/ref/heads/fix`);
  await asBot(`GET ${repository}/git/matching-refs/heads/`);
  await asBot(`GET ${repository}/branches`);
  await asBot(`GET ${repository}/branches/fix`);
  await asBot(`GET ${repository}/commits?sha=fix`);
  await asBot(`GET ${repository}/commits/fix`);
  await asBot(`GET ${repository}/compare/main...fix`);
  await asBot(`GET ${repository}/contents/`);
  const file = await asBot(`GET ${repository}/contents/src/cart.js`);
  await asBot(`GET ${repository}/git/trees/main?recursive=1`);
  await asBot(`GET ${repository}/git/blobs/${String(dig(file, 'sha'))}`);
  await asBot(`POST ${repository}/git/blobs`, { content: 'a', encoding: 'utf-8' });
  await asBot(`PUT ${repository}/contents/notes.md`, {
    message: 'Add notes',
    content: Buffer.from('n').toString('base64'),
    branch: 'fix',
  });

  const pull = await asBot(`POST ${repository}/pulls`, {
    title: 'Fix',
    head: 'fix',
    base: 'main',
    body: 'b',
    draft: false,
  });
  const number = String(dig(pull, 'number'));
  await asBot(`GET ${repository}/pulls`);
  await asBot(`GET ${repository}/pulls/${number}`);
  await asBot(`PATCH ${repository}/pulls/${number}`, { body: 'c' });
  await asBot(`GET ${repository}/pulls/${number}/files`);
  await asBot(`GET ${repository}/pulls/${number}/commits`);
  await asBot(`POST ${repository}/pulls/${number}/requested_reviewers`, { reviewers: ['writer'] });
  await github.as('writer').review(fullName, Number(number), {
    event: 'REQUEST_CHANGES',
    body: 'no',
    comments: [{ path: 'src/new.js', line: 1, body: 'why?' }],
  });
  await asBot(`POST ${repository}/pulls/${number}/reviews`, { event: 'COMMENT', body: 'because' });
  await asBot(`GET ${repository}/pulls/${number}/reviews`);
  const threads = await asBot(`GET ${repository}/pulls/${number}/comments`);
  await asBot(`POST ${repository}/pulls/${number}/comments/${String(dig(threads, '0.id'))}/replies`, { body: 'so' });

  const output = {
    title: 't',
    summary: 's',
    annotations: [{ path: 'a', start_line: 1, end_line: 1, annotation_level: 'notice', message: 'm' }],
  };
  const check = await asBot(`POST ${repository}/check-runs`, {
    name: 'a',
    head_sha: head,
    status: 'in_progress',
    external_id: 'e',
  });
  const checkId = String(dig(check, 'id'));
  await asBot(`PATCH ${repository}/check-runs/${checkId}`, { conclusion: 'success', output });
  await asBot(`GET ${repository}/check-runs/${checkId}`);
  await asBot(`GET ${repository}/check-runs/${checkId}/annotations`);
  await asBot(`POST ${repository}/check-runs/${checkId}/rerequest`);
  await asBot(`GET ${repository}/commits/${head}/check-runs`);
  const suites = await asBot(`GET ${repository}/commits/${head}/check-suites`);
  await asBot(`GET ${repository}/check-suites/${String(dig(suites, 'check_suites.0.id'))}`);
  await asBot(`GET ${repository}/check-suites/${String(dig(suites, 'check_suites.0.id'))}/check-runs`);
  const person = apiClient(github, github.as('writer').token());
  await ask(person, `POST ${repository}/statuses/${head}`, { state: 'success', context: 'ci', description: 'd' });
  await ask(person, `GET ${repository}/commits/${head}/statuses`);
  await ask(person, `GET ${repository}/commits/${head}/status`);
  await ask(person, `POST ${repository}/releases`, { tag_name: 'v1.0.0', body: 'First' });
  await asBot(`GET ${repository}/releases/tags/v1.0.0`);
  await asBot(`GET ${repository}/releases`);
  await ask(person, `POST ${repository}/deployments`, { ref: head, required_contexts: [], payload: { run: 'r' } });
  await ask(person, `GET ${repository}/deployments?sha=${head}&environment=production`);
  await ask(person, `PUT ${repository}/contents/.github/workflows/by-hand.yml`, {
    message: 'By hand',
    content: Buffer.from('on: { workflow_dispatch: }\njobs: {}\n').toString('base64'),
  });
  const dispatched = await ask(person, `POST ${repository}/actions/workflows/by-hand.yml/dispatches`, {
    ref: 'main',
    return_run_details: true,
  });
  const runId = String(dig(dispatched, 'workflow_run_id'));
  await ask(person, `GET ${repository}/actions/workflows/by-hand.yml/runs?event=workflow_dispatch`);
  await ask(person, `GET ${repository}/actions/runs/${runId}`);
  await ask(person, `POST ${repository}/actions/runs/${runId}/cancel`);
  await asBot(`PUT ${repository}/pulls/${number}/merge`, { merge_method: 'merge' });

  expect(found).toEqual([]);
  expect(complaints(github)).toEqual([]);
  expect(tried.size).toBeGreaterThan(65);
  await world.close();
});
