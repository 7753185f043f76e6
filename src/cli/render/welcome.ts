import type { ServedModel } from '../../serving/gateway/served-model.js';

interface Addresses {
  readonly url: string;
  readonly adminUrl: string;
}

/** What a person sees when the server is up: where it is, what is served, what to do next. Pure. */
export function renderWelcome(
  { url, adminUrl }: Addresses,
  models: readonly ServedModel[],
): string {
  const lines = models.map((model) => {
    const arms = [
      `stable ${model.stable?.upstream.version.version ?? '(none)'}`,
      ...(model.canary === undefined
        ? []
        : [`canary ${model.canary.upstream.version.version} at ${model.split.weight}%`]),
    ];
    return `    ${model.name}: ${arms.join(', ')}`;
  });
  return [
    '',
    `  Serin serves ${countOf(models.length)}`,
    ...lines,
    '',
    `    Page           ${adminUrl}/`,
    `    Predict        POST ${url}/predict`,
    `    Documentation  ${url}/swagger-ui`,
    '',
    '',
  ].join('\n');
}

function countOf(models: number): string {
  if (models === 0) return 'no model yet; a rollout, or an upload, brings the first.';
  return models === 1 ? 'one model:' : `${models} models:`;
}
