import type { RolloutBody } from '../../../src/api/contract/rollouts.js';

type Roles = Pick<RolloutBody, 'stable' | 'canary' | 'outcome'>;

/** Which version is which arm, for somebody who sees these words for the first time. */
export function RolesOfVersions({ stable, canary, outcome }: Roles) {
  const { ofStable, ofCanary } = wordsOf(outcome);
  return (
    <p class="roles words">
      <strong class="arm-stable">Stable</strong> {outcome === null ? 'is' : 'was'} version {stable},{' '}
      {ofStable}; <strong class="arm-canary">canary</strong> {outcome === null ? 'is' : 'was'}{' '}
      version {canary}, {ofCanary}.
    </p>
  );
}

function wordsOf(outcome: Roles['outcome']): { ofStable: string; ofCanary: string } {
  switch (outcome) {
    case null:
      return { ofStable: 'which is live', ofCanary: 'which is being tried' };
    case 'promoted':
      return { ofStable: 'which was live before', ofCanary: 'which took its place' };
    case 'rolled-back':
    case 'aborted':
      return { ofStable: 'which was live before', ofCanary: 'which was taken back' };
    case 'failed':
      return { ofStable: 'which stayed live', ofCanary: 'which never had a user' };
  }
}
