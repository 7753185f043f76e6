import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { newFolder } from './nginx-under-test.js';

/** A certificate of localhost that nobody has signed, and its key. */
export async function makeCertificate(): Promise<{ certificate: string; key: string }> {
  const folder = await newFolder();
  const [key, certificate] = [join(folder, 'key.pem'), join(folder, 'certificate.pem')];
  const how = '-x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj';
  const files = ['-keyout', key, '-out', certificate];
  execFileSync('openssl', ['req', ...how.split(' '), '/CN=localhost', ...files], {
    stdio: 'ignore',
  });
  return { certificate, key };
}
