/** The two sides of a rollout: the version that is live, and the version that is being tried. */
export const Arm = { Stable: 'stable', Canary: 'canary' } as const;
export type Arm = (typeof Arm)[keyof typeof Arm];

/** Both arms, in the order in which people read them. */
export const arms: readonly Arm[] = [Arm.Stable, Arm.Canary];
