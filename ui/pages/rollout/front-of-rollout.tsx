import { useEffect } from 'preact/hooks';
import { followLive } from '../../data/live.js';
import { models } from '../../data/models.js';
import { Front } from '../../parts/front.js';

/** What stands in front of the arms of a rollout that goes on. */
export function FrontOfRollout({
  model,
  weight,
}: {
  readonly model: string;
  readonly weight: number;
}) {
  useEffect(followLive, []);
  const front = models.value?.find(({ name }) => name === model)?.front ?? null;
  return front === null ? null : <Front front={front} weight={weight} />;
}
