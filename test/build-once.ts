import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** Runner processes and the command line run the compiled code, so it is compiled before tests. */
export default function buildOnce(): void {
  const root = fileURLToPath(new URL('..', import.meta.url));
  execFileSync(process.execPath, ['node_modules/typescript/bin/tsc', '-p', 'tsconfig.build.json'], {
    cwd: root,
    stdio: 'inherit',
  });
}
