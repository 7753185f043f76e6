import { expect, test } from 'vitest';
import { parseSerinYaml } from '../../config/parse-serin-yaml.js';
import { judgeSettingsOf } from './judge-settings.js';

const checksOf = (yaml: string) =>
  judgeSettingsOf(
    parseSerinYaml(
      `model: score\nstable: http://127.0.0.1:1\ncanary: http://127.0.0.1:2\n${yaml}\n`,
      'serin.yaml',
    ),
  ).checks;

const behindNginx = 'traffic: { router: nginx, nginx: { listen: 8088 } }';

test('nothing is asked of predictions that NGINX does not see', () => {
  expect(checksOf(behindNginx)).toMatchObject({ predictions: null, feedback: null });
  expect(checksOf('')).not.toHaveProperty('predictions');
});

test('feedback behind NGINX is a score, where it is asked for', () => {
  const feedback = 'checks: { feedback: { tolerance: 2% } }';
  expect(checksOf(`${behindNginx}\n${feedback}`)).toMatchObject({
    feedback: { measure: 'score', tolerance: 0.02 },
  });
  expect(checksOf(feedback)).toMatchObject({ feedback: { tolerance: 0.02 } });
});
