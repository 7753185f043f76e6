import { stageNames } from '../state/state.js';
import { reportsFolder } from '../state/state-file.js';
import { scalar, writtenLoad, type WorkflowSettings } from './workflow-settings.js';

/**
 * A workflow for GitHub Actions: each stage is a step, and what is done is kept for a second attempt.
 * Nothing that a pull request or a commit says reaches a shell.
 */
export function githubWorkflow(settings: WorkflowSettings): string {
  const { model, rolloutFile, folder, modelFile, registry, imageName } = settings;
  return `# Written by \`serin init --ci github\`; yours to change. docs/guide/ci.md of Serin says what it does.
#
# Variables of the repository (Settings, Secrets and variables, Actions):
#   SERIN_PACKAGE  what npm installs as Serin: a tarball, a Git address, or a package of your registry
#   SERIN_URL      the Serin server, which this runner must reach
# Secrets:
#   SERIN_ADMIN_TOKEN                  of that server
#   REGISTRY_USERNAME, REGISTRY_PASSWORD   for the registry; for ghcr.io the job's own token will do
name: ${scalar(`canary ${model}`)}

on:
  push:
    branches: [main]
  workflow_dispatch:

# Rollouts of one model come one after the other; none is cut off in the middle.
concurrency:
  group: ${scalar(`serin-${model}`)}
  cancel-in-progress: false

permissions:
  contents: read
  packages: write

jobs:
  canary:
    runs-on: ubuntu-latest
    timeout-minutes: 120
    env:
      REGISTRY: ${scalar(registry)}
      IMAGE_NAME: ${scalar(imageName)}
      IMAGE_TAG: canary-deployment-\${{ github.sha }}
      REGISTRY_USERNAME: \${{ secrets.REGISTRY_USERNAME || github.actor }}
      REGISTRY_PASSWORD: \${{ secrets.REGISTRY_PASSWORD || github.token }}
      SERIN_URL: \${{ vars.SERIN_URL }}
      SERIN_ADMIN_TOKEN: \${{ secrets.SERIN_ADMIN_TOKEN }}
      SERIN_PACKAGE: \${{ vars.SERIN_PACKAGE }}
      SERIN_CI_FOLDER: ${scalar(folder)}
      SERIN_CI_MODEL: ${scalar(modelFile)}
      SERIN_CI_ROLLOUT: ${scalar(rolloutFile)}
      # The load test: requests a second, and what has to be kept. Yours to set.
      SERIN_CI_RATE: '${writtenLoad.rate}'
      SERIN_CI_THRESHOLD: ${scalar(writtenLoad.thresholds)}
      # Keeps the newest ten canaries in the registry; stable and stable-previous always stay.
      SERIN_CI_KEEP: '10'
    steps:
      - uses: actions/checkout@v4
        with:
          persist-credentials: false
      - uses: actions/setup-node@v4
        with:
          node-version: 22
      - name: Install Serin
        run: npm install --global --ignore-scripts "\${SERIN_PACKAGE:?Set the variable SERIN_PACKAGE}"
      - name: Sign in to the registry
        run: printf '%s' "$REGISTRY_PASSWORD" | docker login "$REGISTRY" --username "$REGISTRY_USERNAME" --password-stdin
      # A second attempt goes on from where the first one was.
      - uses: actions/cache/restore@v4
        with:
          path: .serin-ci
          key: serin-ci-\${{ github.sha }}-\${{ github.run_attempt }}
          restore-keys: serin-ci-\${{ github.sha }}-
${stageNames.map(step).join('\n')}
      - uses: actions/cache/save@v4
        if: always()
        with:
          path: .serin-ci
          key: serin-ci-\${{ github.sha }}-\${{ github.run_attempt }}
      - uses: actions/upload-artifact@v4
        if: always()
        with:
          name: serin-reports
          path: ${reportsFolder}/
          if-no-files-found: ignore
`;
}

function step(name: string): string {
  return `      - name: ${name}
        run: serin ci ${name} --junit ${reportsFolder}/${name}.xml`;
}
