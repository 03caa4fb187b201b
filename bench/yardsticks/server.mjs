// What the yardsticks that answer over HTTP have in common: a bare Fastify that says when it is ready.
import { fastify } from 'fastify';

/**
 * Listens on a free port of this machine and ends on SIGTERM.
 *
 * @param {(app: import('fastify').FastifyInstance) => void} addRoutes
 * @param {() => Promise<unknown>} [close]
 */
export async function serve(addRoutes, close = () => Promise.resolve()) {
  const app = fastify({ logger: false });
  addRoutes(app);
  process.once('SIGTERM', () => {
    void app.close().then(close);
  });
  process.stdout.write(`ready at ${await app.listen({ host: '127.0.0.1', port: 0 })}\n`);
}
