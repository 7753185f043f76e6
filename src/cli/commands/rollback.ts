import { changeCommand } from '../change-command.js';

/** serin rollback */
export const rollbackCommand = () =>
  changeCommand(
    'rollback',
    'Take the canary back: stable gets all traffic from the next request on.',
    '/admin/rollback-canary',
    'serin rollback churn --why "support calls"',
  );
