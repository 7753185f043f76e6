/**
 * So many bytes a rollout file has at most, wherever one is read: it has a few dozen lines, and this
 * is far above any that a person would write.
 */
export const mostRolloutFileBytes = 256 * 1024;
