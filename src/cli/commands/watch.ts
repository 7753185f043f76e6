import { rolloutWatchCommand } from './rollout/watch.js';

/** serin watch: the short form of serin rollout watch */
export const watchCommand = () => rolloutWatchCommand('serin watch');
