import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import type { FastifyInstance } from 'fastify';
import { Type } from 'typebox';
import { explainedGates } from '../../gates/report/explained.js';
import { helpSections } from '../../gates/report/help-pages.js';
import { findingPage } from '../finding-page.js';

const policy = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'";

/** What findings mean, where reports lead to; nothing here is secret, and a pull request has no token. */
export function docsRoutes(plain: FastifyInstance): void {
  plain.withTypeProvider<TypeBoxTypeProvider>().get(
    '/docs/:gate',
    {
      schema: {
        summary: 'What every finding of a gate means, as a page',
        tags: ['gates'],
        params: Type.Object({ gate: Type.Enum([...explainedGates]) }),
        produces: ['text/html'],
      },
    },
    ({ params: { gate } }, reply) =>
      reply
        .type('text/html; charset=utf-8')
        .headers({ 'content-security-policy': policy, 'x-content-type-options': 'nosniff' })
        .send(findingPage(gate, helpSections(gate))),
  );
}
