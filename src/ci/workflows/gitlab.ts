import type { StageName } from '../state/state.js';
import { reportsFolder } from '../state/state-file.js';
import { scalar, writtenLoad, type WorkflowSettings } from './workflow-settings.js';

/**
 * A pipeline for GitLab CI. A container lives as long as its job, so what is launched is tested in the
 * same one; what is done goes from job to job with the state folder.
 */
export function gitlabPipeline(settings: WorkflowSettings): string {
  const { model, rolloutFile, folder, modelFile, registry, imageName } = settings;
  return `# Written by \`serin init --ci gitlab\`; yours to change. docs/guide/ci.md of Serin says what it does.
#
# Variables of the project (Settings, CI/CD, Variables; masked and protected where they are secret):
#   SERIN_PACKAGE  what npm installs as Serin: a tarball, a Git address, or a package of your registry
#   SERIN_URL      the Serin server, which the runner must reach
#   SERIN_ADMIN_TOKEN                      of that server
#   REGISTRY_USERNAME, REGISTRY_PASSWORD   for the registry
stages: [validate, build, canary, tag]

variables:
  REGISTRY: ${scalar(registry)}
  IMAGE_NAME: ${scalar(imageName)}
  IMAGE_TAG: canary-deployment-$CI_COMMIT_SHA
  SERIN_CI_FOLDER: ${scalar(folder)}
  SERIN_CI_MODEL: ${scalar(modelFile)}
  SERIN_CI_ROLLOUT: ${scalar(rolloutFile)}
  # The load test: requests a second, and what has to be kept. Yours to set.
  SERIN_CI_RATE: '${writtenLoad.rate}'
  SERIN_CI_THRESHOLD: ${scalar(writtenLoad.thresholds)}
  # Keeps the newest ten canaries in the registry; stable and stable-previous always stay.
  SERIN_CI_KEEP: '10'

workflow:
  rules:
    - if: $CI_COMMIT_BRANCH == $CI_DEFAULT_BRANCH

# On a runner with a shell, Node 20.19 or newer, and docker or podman: the container under test is
# asked at 127.0.0.1, and ONNX Runtime validates the model there.
.serin:
  tags: [serin]
  before_script:
    - npm install --ignore-scripts --prefix "$CI_PROJECT_DIR/.serin-ci/npm" "\${SERIN_PACKAGE:?Set the variable SERIN_PACKAGE}"
    - export PATH="$CI_PROJECT_DIR/.serin-ci/npm/node_modules/.bin:$PATH"
    - engine=docker; command -v docker > /dev/null || engine=podman
    - printf '%s' "$REGISTRY_PASSWORD" | "$engine" login "$REGISTRY" --username "$REGISTRY_USERNAME" --password-stdin
  # Rollouts of one model come one after the other.
  resource_group: ${scalar(`serin-${model}`)}
  artifacts:
    when: always
    paths: [.serin-ci/state.json]
    reports:
      junit: ${reportsFolder}/*.xml

${[
  job('validate', ['validate']),
  job('build', ['build', 'push', 'launch', 'health', 'loadtest']),
  job('canary', ['canary'], '  timeout: 2h\n'),
  job('tag', ['tag']),
].join('\n')}`;
}

function job(stage: string, names: readonly StageName[], more = ''): string {
  return `${stage}:
  extends: .serin
  stage: ${stage}
${more}  script:
${names.map((name) => `    - serin ci ${name} --junit ${reportsFolder}/${name}.xml`).join('\n')}
`;
}
