/** A rollout's id. */
export type RolloutId = string & { readonly __brand: 'RolloutId' };
