/** What a written workflow is made for. */
export interface WorkflowSettings {
  /** The name of the model in the rollout file. */
  readonly model: string;
  readonly rolloutFile: string;
  /** With the Dockerfile. */
  readonly folder: string;
  /** The .onnx file. */
  readonly modelFile: string;
  /** `ghcr.io`. */
  readonly registry: string;
  /** `team/churn`. */
  readonly imageName: string;
}

/** The CI systems that a workflow can be written for, and where they look for it. */
export const ciSystems = {
  github: '.github/workflows/canary.yml',
  gitlab: '.gitlab-ci.yml',
} as const;
export type CiSystem = keyof typeof ciSystems;

/**
 * The load test of a written workflow, for people to change: so many requests a second for the 30 s
 * that it takes, as chance decides where p99 is of fewer than 1,000.
 */
export const writtenLoad = { rate: '50', thresholds: 'errors<0.1%,p95<250ms,p99<500ms' } as const;

/** Text as YAML reads it back, whatever is in it. */
export function scalar(text: string): string {
  return /^[A-Za-z./][A-Za-z0-9._/-]*$/.test(text) &&
    !/^(?:true|false|null|on|off|yes|no)$/i.test(text)
    ? text
    : JSON.stringify(text);
}
