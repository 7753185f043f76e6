import { defaults } from './defaults.js';

/** What `serin init` found. */
export interface TemplateSettings {
  readonly model: string;
  readonly stable: string;
  readonly canary: string;
  /** The address of the schema, for editors. */
  readonly schema: string;
}

/**
 * The text of a serin.yaml that says what every key does, to be changed by a person. Everything
 * below the two arms is what holds by default, but the gates and the shadow step, which are not there
 * by default.
 */
export function commentedTemplate({ model, stable, canary, schema }: TemplateSettings): string {
  return `# yaml-language-server: $schema=${schema}
#
# How ${model} gets its next version. \`serin rollout check serin.yaml\` says what it would do.
model: ${scalar(model)}

# A folder with a model.onnx, an .onnx file, http://host:port, or { image: name:tag }.
stable: ${scalar(stable)}
canary: ${scalar(canary)}

traffic:
  router: in-process # in-process | nginx
  # sticky: { header: x-user-id } # keeps a user on one arm; or cookie:, or field: of the JSON body

# What must pass before any traffic: validate, smoke, loadtest, { webhook: … }, { command: … }.
${gates(canary)}

# The way to 100%. Between two weights there may be a pause for a person, or a gate:
#   - pause: look at the disagreements
#   - gate: { webhook: https://example.com/may-go-on, timeout: 5m }
steps:
  - shadow: { requests: 500 } # copies of requests; no user sees the answers
${defaults.weights.map((weight) => `  - weight: ${weight}`).join('\n')}

# Each step takes at least so long and so many requests of the canary; after max, onUndecided.
hold: { min: ${defaults.hold.min}, max: ${defaults.hold.max}, requests: ${defaults.hold.requests} }

# What the judge asks all the time, and how much worse the canary may be. A check can be \`off\`.
checks:
  alpha: ${defaults.alpha} # the chance of ever rolling back a harmless canary
  # latency: { tolerance: 5%, p95: 10%, p99: 25% }
  # errors: { tolerance: 0.1% } # percentage points
  # predictions: { drift: 0.05 }
  # agreement: { min: 95% } # shadow only
  # timeouts: { tolerance: 0.1% } # percentage points; not asked by default
  # feedback: { measure: accuracy, tolerance: 2% } # or log-loss, score, labelled-pairs; gate: true

# Rolls back at once, without a test. A crash and an output that is not a number always do.
fastFail: { consecutiveErrors: ${defaults.consecutiveErrors} } # memory: 2GiB

onUndecided: ${defaults.onUndecided} # pause | promote | rollback
# onHarm: pause # leaves a canary that harms to a person; without it, it is rolled back at once
coolDown: ${defaults.coolDown} # after a roll-back the same canary is refused for so long
keepWarm: ${defaults.keepWarm} # after promotion the old stable stays loaded for so long
# holdback: { percent: 5%, for: 1h } # keeps comparing before promotion; then no weight above 95

# notify:
#   - { webhook: https://example.com/hook, on: [paused, promoted, rolled-back, failed] }
`;
}

/** A file can be examined and asked as it is; of a server somebody has to say what it takes. */
function gates(canary: string): string {
  return /^(?:https?:\/\/|image:)/.test(canary)
    ? '# gates: [smoke, loadtest]'
    : 'gates: [validate, smoke, { loadtest: { duration: 5s } }]';
}

/** Plain where YAML reads it back as the same text, quoted otherwise. */
function scalar(text: string): string {
  return /^[A-Za-z./][A-Za-z0-9._/-]*$|^https?:\/\/[A-Za-z0-9.:/_-]*[A-Za-z0-9/_-]$/.test(text) &&
    !/^(?:true|false|null|off|on|yes|no|\.inf|\.nan)$/i.test(text)
    ? text
    : JSON.stringify(text);
}
