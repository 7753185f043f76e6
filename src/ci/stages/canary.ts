import type { RolloutSummary } from '../../api/contract/rollouts.js';
import { SerinError } from '../../domain/errors.js';
import { Severity, type Finding } from '../../gates/report/report.js';
import { parseImageName, type ImageName } from '../../images/registry/image-name.js';
import { stableTag } from '../../images/registry/stable-tags.js';
import type { Stage, StageContext, StageOutcome } from '../stage.js';

/** Rolls the image out at a Serin server, beside what is stable there, and waits for the end. */
export const canaryStage: Stage<'canary'> = {
  name: 'canary',
  summary: 'roll it out at a Serin server, and wait for the end',
  inputs: async ({ settings, ports, resultOf }) => {
    const { digest } = await resultOf('push');
    return `${digest} ${settings.rolloutFile.model} ${ports.rollouts.url}`;
  },
  // Somebody may have taken it back since.
  stillHolds: async ({ rollout }, { ports }) =>
    rollout === undefined || (await ports.rollouts.show(rollout))?.outcome === 'promoted',
  run: async (context) => {
    const reason = await whyNoCanary(context);
    if (reason !== undefined) return passed(reason, { rollout: undefined, outcome: null });
    const id = await takeUpOrStart(context);
    await context.keep('canary', { rollout: id, outcome: null });
    context.progress.say(`rollout ${id} at ${context.ports.rollouts.url}`);
    const rollout = await context.ports.rollouts.follow(id, context.signal);
    const result = { rollout: id, outcome: rollout.outcome };
    if (rollout.outcome === 'promoted') return passed(rollout.sentence, result);
    const findings = [findingOf(rollout)];
    return { passed: false, detail: rollout.sentence, findings, result };
  },
};

/**
 * @returns why there is nothing to compare; undefined: there is
 * @throws SerinError `no-stable-image`
 */
async function whyNoCanary(context: StageContext): Promise<string | undefined> {
  const { settings, ports, resultOf } = context;
  const { digest } = await resultOf('push');
  const repository = await ports.repository();
  const stable = await repository.digestOf(stableTag);
  if (stable === digest) return `${digest} is stable already`;
  if (
    stable !== undefined ||
    !comparesWithStableTag(settings.rolloutFile.stableImage, settings.image)
  )
    return undefined;
  if (settings.first) return 'the first one: there is nothing to compare it with';
  throw new SerinError('no-stable-image', {
    expected: `an image at ${repository.name}:${stableTag}`,
    found: 'none',
  });
}

function comparesWithStableTag(stableImage: string | undefined, ours: ImageName): boolean {
  if (stableImage === undefined) return false;
  const { registry, repository, tag } = parseImageName(stableImage);
  return registry === ours.registry && repository === ours.repository && tag === stableTag;
}

/** The rollout of an earlier run that goes on, or went well; else a new one. */
async function takeUpOrStart(context: StageContext): Promise<string> {
  const { settings, ports, resultOf, kept } = context;
  const { digest, image } = await resultOf('push');
  const known = (await kept('canary'))?.rollout;
  const shown = known === undefined ? undefined : await ports.rollouts.show(known);
  if (shown?.outcome === null || shown?.outcome === 'promoted') return shown.id;
  // A run that was killed between the start and its own note of it.
  const underWay = await ports.rollouts.underWay(settings.rolloutFile.model);
  if (underWay?.why.includes(digest) === true) return underWay.id;
  const { rolloutFile, why } = settings;
  const text = rolloutFile.withCanary(image);
  return ports.rollouts.start(text, rolloutFile.file, `${why} (${digest})`);
}

function passed(detail: string, result: StageOutcome<'canary'>['result']): StageOutcome<'canary'> {
  return { passed: true, detail, findings: [], result };
}

/** What is left to do after each way in which a rollout can stand. */
function findingOf({ id, outcome, sentence }: RolloutSummary): Finding {
  const finding = (code: string, title: string, advice: string): Finding => ({
    code,
    severity: Severity.Error,
    title,
    expected: 'the canary to be promoted',
    found: sentence,
    advice,
  });
  const look = `See why: serin rollout show ${id}.`;
  switch (outcome) {
    case 'rolled-back':
      return finding('canary-rolled-back', 'The canary was rolled back', look);
    case 'failed':
      return finding('canary-failed', 'The rollout failed before any traffic', look);
    case 'aborted':
      return finding('canary-aborted', 'Somebody aborted the rollout', look);
    case 'promoted':
    case null:
      return finding(
        'canary-undecided',
        'The rollout waits for a person, or takes longer',
        `Decide: serin rollout show ${id}. The same command then goes on from here.`,
      );
  }
}
