import type { Stage } from './stage.js';
import { buildStage } from './stages/build.js';
import { canaryStage } from './stages/canary.js';
import { healthStage } from './stages/health.js';
import { launchStage } from './stages/launch.js';
import { loadtestStage } from './stages/loadtest.js';
import { pushStage } from './stages/push.js';
import { tagStage } from './stages/tag.js';
import { validateStage } from './stages/validate.js';
import type { StageName } from './state/state.js';

/** Every stage by its name; `stageNames` has their order. */
export const stages: { readonly [Name in StageName]: Stage<Name> } = {
  validate: validateStage,
  build: buildStage,
  push: pushStage,
  launch: launchStage,
  health: healthStage,
  loadtest: loadtestStage,
  canary: canaryStage,
  tag: tagStage,
};
