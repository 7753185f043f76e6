import Fastify, { type FastifyInstance } from 'fastify';
import { expect, test } from 'vitest';
import { compilingWhenAsked } from './compile-when-asked.js';

const ajv = { customOptions: { coerceTypes: true, verbose: true } } as const;

function withRoute(app: FastifyInstance): FastifyInstance {
  const query = {
    type: 'object',
    properties: { n: { type: 'integer' }, of: { type: 'string', default: 'all' } },
    required: ['n'],
  };
  const answer = { 200: { type: 'object', properties: { n: { type: 'integer' } } } };
  app.get('/', { schema: { querystring: query, response: answer } }, ({ query: asked }) => ({
    ...(asked as object),
    more: 'is not in the schema',
  }));
  app.post('/', { schema: { body: { type: 'array', items: { type: 'number' } } } }, (request) => ({
    body: request.body,
  }));
  return app;
}

test('requests are checked, changed and answered as by compilers of Fastify itself', async () => {
  const [own, ours] = [
    withRoute(Fastify({ ajv })),
    withRoute(Fastify({ ajv, schemaController: { compilersFactory: compilingWhenAsked() } })),
  ];
  const asked = [
    { method: 'GET', url: '/?n=3' },
    { method: 'GET', url: '/?n=three' },
    { method: 'GET', url: '/' },
    { method: 'POST', url: '/', payload: '[1,"2"]' },
    { method: 'POST', url: '/', payload: '7' },
    { method: 'POST', url: '/', payload: '["x"]' },
  ] as const;
  for (const one of [...asked, ...asked]) {
    const sent = { ...one, headers: { 'content-type': 'application/json' } };
    const [expected, found] = [await own.inject(sent), await ours.inject(sent)];
    expect([found.statusCode, found.body]).toEqual([expected.statusCode, expected.body]);
  }
  expect((await ours.inject('/?n=3')).json()).toEqual({ n: 3 });
});
