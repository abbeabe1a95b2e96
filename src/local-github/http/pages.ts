// Web pages and their style sheets behind `html_url`, so that people can look. Never takes input, and knows no page.
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { World } from '../world/world.ts';

/** Adds the pages; whatever has none is not found. */
export function addPages(app: FastifyInstance, world: World): void {
  const show = async (request: FastifyRequest, reply: FastifyReply) => {
    // loaded when somebody looks: few who start a GitHub here do
    const { pageAt } = await import('../pages/index.ts');
    const { status, html, policy } = await pageAt(world, new URL(request.originalUrl, world.url));
    return reply
      .code(status)
      .headers({
        'content-security-policy': policy,
        'x-content-type-options': 'nosniff',
        'referrer-policy': 'no-referrer',
      })
      .type('text/html; charset=utf-8')
      .send(html);
  };
  app.get<{ Params: { name: string } }>('/-/assets/:name', async ({ params }, reply) => {
    const { assetNamed } = await import('../pages/index.ts');
    const asset = await assetNamed(params.name);
    return asset === undefined
      ? reply.callNotFound()
      : reply.headers({ 'x-content-type-options': 'nosniff' }).type(asset.type).send(asset.text);
  });
  for (const url of ['/', '/:owner', '/:owner/:repo', '/:owner/:repo/*']) app.get(url, show);
  app.setNotFoundHandler(show);
}
