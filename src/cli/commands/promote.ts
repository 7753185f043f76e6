import { changeCommand } from '../change-command.js';

/** serin promote */
export const promoteCommand = () =>
  changeCommand(
    'promote',
    'Make the canary stable.',
    '/admin/promote-canary',
    'serin promote churn --why "50% for a day, no harm"',
  );
