import type { FastifyReply } from 'fastify';

/**
 * What an HTML page of ours may load: what this server serves, and nothing from any other host. Styles may be inline because
 * editors in the browser set them from code; scripts may not.
 */
const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "worker-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data:",
  "font-src 'self' data:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

/** Sets what every answer has, before it is known what the answer will be. */
export function setSecurityHeaders(reply: FastifyReply): void {
  reply.header('x-content-type-options', 'nosniff');
}

/** Sets what an answer that turns out to be an HTML page has besides. Leaves a policy alone that the route has set itself. */
export function setPageSecurityHeaders(reply: FastifyReply): void {
  const contentType = reply.getHeader('content-type');
  if (typeof contentType !== 'string' || !contentType.startsWith('text/html')) return;
  if (!reply.hasHeader('content-security-policy')) reply.header('content-security-policy', CONTENT_SECURITY_POLICY);
  reply.header('referrer-policy', 'no-referrer');
}
