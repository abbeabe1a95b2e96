// The HTTP side of the local GitHub: the API under its prefix, git and web pages beside it. Never knows what they answer.
import { fastify } from 'fastify';
import type { FastifyInstance } from 'fastify';
import { apiPrefix, routedAddress } from './addresses.ts';
import { addApi } from './api.ts';
import { addGit } from './git.ts';
import { addLfs } from './lfs.ts';
import { addPages } from './pages.ts';
import type { ServerParts } from './parts.ts';

/** An HTTP server that is not listening yet. */
export function createHttpServer(parts: ServerParts): FastifyInstance {
  const app = fastify({
    logger: false,
    bodyLimit: 25 * 1024 * 1024,
    exposeHeadRoutes: false,
    // clients that hang are cut off when a test ends
    forceCloseConnections: true,
    keepAliveTimeout: 5_000,
    // names of branches and paths of files are parameters too
    routerOptions: { maxParamLength: 10_000 },
    rewriteUrl: (request) => routedAddress(parts.world, request.url ?? '/'),
  });
  app.removeAllContentTypeParsers();
  // git reads its bodies itself
  app.addContentTypeParser('*', (_request, payload, done) => done(null, payload));
  void app.register(
    (api, _options, done) => {
      addApi(api, parts);
      done();
    },
    { prefix: apiPrefix },
  );
  addGit(app, parts);
  addLfs(app, parts);
  addPages(app, parts.world);
  return app;
}
