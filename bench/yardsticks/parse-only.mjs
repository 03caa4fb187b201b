// A bare Fastify route that only parses and checks a Jerry message, and answers.
import { REFUSED, SUCCESS, checkedMessage, takeBytes } from './jerry-check.mjs';
import { serve } from './server.mjs';

await serve((app) => {
  takeBytes(app);
  app.post('/webhooks/jerry/:token', async (/** @type {any} */ request, reply) => {
    if (checkedMessage(request.params.token, request.body)) return SUCCESS;
    reply.code(401);
    return REFUSED;
  });
});
