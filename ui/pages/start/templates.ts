/** What a rollout is about. */
export interface Versions {
  readonly model: string;
  readonly stable: string;
  readonly canary: string;
}

export interface Template {
  readonly name: string;
  readonly note: string;
  readonly body: string;
}

/** Strategies to begin with; what they leave out has the defaults of docs/reference/serin-yaml.md. */
export const templates: readonly [Template, ...Template[]] = [
  {
    name: 'Standard',
    note: '10, 25, 50, 75, 100%; each at least 30 seconds and 200 requests.',
    body: `steps:
  - weight: 10
  - weight: 25
  - weight: 50
  - weight: 75
  - weight: 100
hold: { min: 30s, max: 15m, requests: 200 }
onUndecided: pause
`,
  },
  {
    name: 'Careful',
    note: 'Gates and copies first, then small steps of five minutes and a thousand requests.',
    body: `gates: [validate, smoke]
steps:
  - shadow: { requests: 500 }
  - weight: 1
  - weight: 5
  - weight: 10
  - weight: 25
  - weight: 50
  - weight: 100
hold: { min: 5m, max: 2h, requests: 1000 }
onUndecided: pause
`,
  },
  {
    name: 'Quick',
    note: 'Three steps of ten seconds, for trying it out.',
    body: `steps:
  - weight: 10
  - weight: 50
  - weight: 100
hold: { min: 10s, max: 10m, requests: 100 }
onUndecided: pause
`,
  },
  {
    name: 'With a person',
    note: 'Waits for somebody to look, before the first users and before half of them.',
    body: `gates: [validate, smoke]
steps:
  - shadow: { requests: 500 }
  - pause: look at the disagreements of the shadow
  - weight: 10
  - pause: look at both arms at 10%
  - weight: 50
  - weight: 100
hold: { min: 1m, max: 30m, requests: 200 }
onUndecided: pause
`,
  },
];

/** The gates that fit a file's canary: a server, a process and an image have no file to validate. */
export function gatesFor(yaml: string): string {
  const isServer = /^canary:[ \t]*(["']?https?:|\{|$)/m.test(yaml);
  return isServer ? 'gates: [smoke]\n' : 'gates: [validate, smoke]\n';
}

/** The text of a rollout file. */
export function rolloutFile(
  { model, stable, canary }: Versions,
  { body }: Pick<Template, 'body'>,
): string {
  return `model: ${model}
stable: ${addressOfVersion(model, stable)}
canary: ${addressOfVersion(model, canary)}
${body}`;
}

/** A version is named with its model; an HTTP server by its address. */
function addressOfVersion(model: string, version: string): string {
  return /^https?:/.test(version) ? version : `${model}/${version}`;
}
