// npm test: installs what the tests need, checks everything, and runs every test.
// Arguments go to vitest:  npm test -- src/traffic
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { build, fail, installPackages, requireNode, run, step } from './prepare.js';
import { runTests } from './run-tests.js';

requireNode();
installPackages();
installDebianPackages({
  chromium: '/usr/bin/chromium',
  'nginx-light': '/usr/sbin/nginx',
  'libnginx-mod-http-lua': '/usr/lib/nginx/modules/ngx_http_lua_module.so',
  openssl: '/usr/bin/openssl',
  'docker-registry': '/usr/bin/docker-registry',
  git: '/usr/bin/git',
  podman: '/usr/bin/podman',
  buildah: '/usr/bin/buildah',
  runc: '/usr/sbin/runc',
});
build();

const wanted = process.argv.slice(2);
if (wanted.length === 0)
  run(process.execPath, ['scripts/check.js'], '`npm run check` found faults.');
runTests(wanted);

/** The programs that tests drive, from Debian's packages where this may install them. */
function installDebianPackages(fileOfPackage) {
  const missing = Object.entries(fileOfPackage).filter(([, file]) => !existsSync(file));
  if (missing.length === 0) return;
  const names = missing.map(([name]) => name);
  const byHand = `Install ${names.join(' and ')}: apt-get install ${names.join(' ')}`;
  if (process.getuid?.() !== 0 || !existsSync('/usr/bin/apt-get')) {
    // With CI=true no test is ever skipped; a person without it gets the rest of the tests.
    if (process.env.CI === 'true') fail(byHand);
    console.warn(`  Tests that need ${names.join(', ')} are skipped. ${byHand}`);
    return;
  }
  step(`Installing ${names.join(', ')}`);
  const quiet = { stdio: 'ignore', env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' } };
  spawnSync('apt-get', ['update', '-q'], quiet);
  run('apt-get', ['install', '-y', '-q', '--no-install-recommends', ...names], byHand, quiet);
}
