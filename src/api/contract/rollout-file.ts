import { Type } from 'typebox';
import { mostRolloutFileBytes } from '../../domain/rollout-file.js';

/**
 * The text of a rollout file. No text has fewer bytes than characters, so that nothing is refused here that
 * the parser takes; what it refuses beyond that, it says with a place.
 */
export function rolloutFileText(description = 'The text of a serin.yaml.') {
  return Type.String({ maxLength: mostRolloutFileBytes, description });
}
