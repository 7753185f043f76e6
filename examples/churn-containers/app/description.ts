import { windowSeconds } from './recent-answers.js';

/** What the app answers, as OpenAPI describes it. */
export function describeApi(width: number) {
  const features = {
    type: 'array',
    items: { type: 'number' },
    minItems: width,
    maxItems: width,
  };
  return {
    openapi: '3.1.0',
    info: { title: 'Wages, by a small network', version: '1' },
    paths: {
      '/predict': {
        post: {
          summary: 'Predicts one row.',
          requestBody: json({ type: 'object', required: ['features'], properties: { features } }),
          responses: {
            200: {
              description: 'The probability that the worker earns more than the median.',
              ...json({ type: 'object', properties: { prediction: { type: 'number' } } }),
            },
            400: { description: `The body is not { "features": [${width} numbers] }.` },
            500: { description: 'The app failed.' },
          },
        },
      },
      '/health': {
        get: {
          summary: 'Whether it is well.',
          responses: {
            200: {
              description: `error_rate: percent of the predictions of the last ${windowSeconds} s.`,
              ...json({
                type: 'object',
                properties: {
                  status: { const: 'ok' },
                  error_rate: { type: 'number' },
                  requests: { type: 'integer' },
                },
              }),
            },
          },
        },
      },
    },
  } as const;
}

function json<const T>(schema: T) {
  return { content: { 'application/json': { schema } } };
}

interface Method {
  readonly summary: string;
  readonly responses: Readonly<Record<string, { readonly description: string }>>;
}

/** The description as a page that needs nothing from outside. */
export function describeAsPage(width: number): string {
  const { info, paths } = describeApi(width);
  const routes = Object.entries<Readonly<Record<string, Method>>>(paths).flatMap(
    ([path, methods]) =>
      Object.entries(methods).map(([method, about]) => describeRoute(`${method} ${path}`, about)),
  );
  return `<!doctype html><html lang="en"><meta charset="utf-8"><title>${info.title}</title>
<style>body{font:16px system-ui;max-width:44rem;margin:2rem auto;padding:0 1rem}td{padding:.2rem 1rem .2rem 0}</style>
<h1>${info.title}</h1><p>As JSON: <a href="/openapi.json">/openapi.json</a></p>${routes.join('')}</html>`;
}

function describeRoute(route: string, { summary, responses }: Method): string {
  const rows = Object.entries(responses)
    .map(
      ([status, { description }]) => `<tr><td>${status}</td><td>${escaped(description)}</td></tr>`,
    )
    .join('');
  return `<h2>${route}</h2><p>${escaped(summary)}</p><table>${rows}</table>`;
}

function escaped(text: string): string {
  return text.replace(/[&<>]/g, (sign) => `&#${sign.charCodeAt(0)};`);
}
