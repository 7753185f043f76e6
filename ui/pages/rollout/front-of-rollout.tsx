import { useEffect } from 'preact/hooks';
import { followModels, models } from '../../data/models.js';
import { Front } from '../../parts/front.js';

/** What stands in front of the arms of a rollout that goes on. */
export function FrontOfRollout({
  model,
  weight,
}: {
  readonly model: string;
  readonly weight: number;
}) {
  useEffect(followModels, []);
  const front = models.value?.find(({ name }) => name === model)?.front ?? null;
  return front === null ? null : <Front front={front} weight={weight} />;
}
