import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { readLocalModel } from '../../../src/gates/loadtest/inputs/local-model.js';
import { findingsOf } from '../../../src/gates/report/report.js';
import { CommandSubject } from '../../../src/gates/smoke/command-subject.js';
import { HttpSubject } from '../../../src/gates/smoke/http-subject.js';
import { casesOfServer, casesOfVersion } from '../../../src/gates/smoke/smoke-cases.js';
import { smokeTest, type SmokeResult } from '../../../src/gates/smoke/smoke-test.js';
import type { SmokeSubject } from '../../../src/gates/smoke/subject.js';
import { VersionSubject } from '../../../src/gates/smoke/version-subject.js';
import { runSerin } from '../../e2e/serin-process.js';
import {
  good,
  serve,
  wrongBodies,
  type Answering,
  type TestTarget,
} from '../loadtest/faulty-server.js';
import { newFolder, sampleModels } from '../running-server.js';

vi.setConfig({ testTimeout: 120_000 });

const churn = join(sampleModels, 'churn', '2');
const targets: TestTarget[] = [];

afterEach(async () => {
  await Promise.all(targets.splice(0).map((target) => target.close()));
});

async function serving(answer: Answering): Promise<string> {
  const target = await serve(answer);
  targets.push(target);
  return target.url;
}

const limits = { deadlineMs: 60_000, timeoutMs: 20_000, wallMs: Date.now };

async function smokeOfVersion(folder: string): Promise<SmokeResult> {
  const version = (await readLocalModel(folder))!;
  const subject = new VersionSubject(version);
  const cases = () => casesOfVersion(version, subject);
  return smokeTest({ subject, cases, ...limits });
}

function smokeOfServer(
  subject: SmokeSubject,
  url: string,
  changes: object = {},
): Promise<SmokeResult> {
  const inputs = join(newFolder(), 'rows.jsonl');
  writeFileSync(inputs, '{"body": {"features": [1]}, "expect": {"answer": {"prediction": 0.5}}}\n');
  const cases = () => casesOfServer(url, { inputs, headers: {} });
  return smokeTest({ subject, cases, ...limits, ...changes });
}

const codes = ({ report }: SmokeResult): string[] => findingsOf(report).map(({ code }) => code);

/** A copy of a sample, changed. */
function changedCopy(change: (yaml: string) => string): string {
  const folder = join(newFolder(), 'churn', '2');
  cpSync(churn, folder, { recursive: true });
  const file = join(folder, 'model.yaml');
  writeFileSync(file, change(readFileSync(file, 'utf8')));
  return folder;
}

/** The source of a server that answers predictions, on a port that it is given. */
const server = `
const port = Number(process.argv[2]);
console.log('listening on ' + port);
require('node:http').createServer((request, response) => {
  request.resume();
  request.on('end', () => response.end('{"prediction":0.5}'));
}).listen(port, '127.0.0.1');`;

async function freePort(): Promise<number> {
  const probe = createServer();
  await new Promise<void>((resolve) => probe.listen(0, '127.0.0.1', resolve));
  const { port } = probe.address() as AddressInfo;
  await new Promise((resolve) => probe.close(resolve));
  return port;
}

describe('a version in a runner', () => {
  test('passes when it predicts its golden rows', async () => {
    const result = await smokeOfVersion(churn);
    expect(result.report).toMatchObject({ gate: 'smoke', subject: 'churn/2', passed: true });
    expect(result.report.checks.map(({ detail }) => detail)[1]).toBe(
      '3 requests, the answers to 3 known beforehand: all good',
    );
  });

  test('fails when it does not', async () => {
    const folder = changedCopy((yaml) =>
      yaml.replace(/probability: \[ 0\.\d+/, 'probability: [ 0.1'),
    );
    const result = await smokeOfVersion(folder);
    expect(result.report.passed).toBe(false);
    expect(codes(result)).toEqual(['smoke-bad-answer']);
    expect(findingsOf(result.report)[0]?.found).toMatch(/should be 0\.1 .*, and is 0\.\d+/);
  });

  test('passes with a warning when no right answer is known', async () => {
    const folder = changedCopy((yaml) => yaml.slice(0, yaml.indexOf('golden:')));
    const result = await smokeOfVersion(folder);
    expect(result.report.passed).toBe(true);
    expect(codes(result)).toEqual(['smoke-nothing-known']);
  });

  test('fails when it cannot be loaded, with the words of ONNX Runtime', async () => {
    const version = (await readLocalModel(churn))!;
    const broken = join(newFolder(), 'model.onnx');
    writeFileSync(broken, readFileSync(version.file).subarray(0, 200));
    const subject = new VersionSubject({ ...version, file: broken });
    const cases = () => casesOfVersion(version, subject);
    const result = await smokeTest({ subject, cases, ...limits });
    expect(codes(result)).toEqual(['smoke-did-not-start']);
    expect(findingsOf(result.report)[0]?.found).toContain('could not load the model');
  });
});

describe('a server', () => {
  test('that runs passes when it predicts what is known', async () => {
    const url = await serving(({ response }) => good(response));
    const { report } = await smokeOfServer(new HttpSubject(url, undefined), url);
    expect(report.passed).toBe(true);
  });

  test('that is not ready in time fails, and says how it was', async () => {
    const url = await serving(({ response }) => {
      response.statusCode = 503;
      response.end();
    });
    const subject = new HttpSubject(url, '/ready');
    const result = await smokeOfServer(subject, url, { deadlineMs: 300 });
    expect(codes(result)).toEqual(['smoke-not-ready']);
    expect(result.report.checks.map(({ status }) => status)).toEqual(['failed', 'skipped']);
  });

  test('that nobody waits for any more is not looked at any more', async () => {
    const url = `http://127.0.0.1:${await freePort()}/predict`;
    const subject = new HttpSubject(url, undefined);
    const starting = subject.start(86_400_000);
    await subject.stop();
    await expect(starting).rejects.toThrow('connection refused');
  });

  test.each(wrongBodies)(
    'that answers 200 with a wrong body fails, though no right one is known: %s',
    async (body, words) => {
      const url = await serving(({ response }) => response.end(body));
      const cases = () => casesOfServer(url, { items: [{ features: [1] }], headers: {} });
      const result = await smokeTest({
        subject: new HttpSubject(url, undefined),
        cases,
        ...limits,
      });
      expect(result.report.passed).toBe(false);
      expect(codes(result)).toEqual(['smoke-nothing-known', 'smoke-bad-answer']);
      expect(findingsOf(result.report)[1]?.found).toBe(words);
    },
  );

  test('that never answers a prediction fails', async () => {
    const url = await serving(({ message, response }) => {
      if (message.url === '/health') response.end();
    });
    const subject = new HttpSubject(url, undefined);
    const result = await smokeOfServer(subject, url, { timeoutMs: 200 });
    expect(findingsOf(result.report)[0]).toMatchObject({
      code: 'smoke-bad-answer',
      found: 'no answer in time',
    });
  });
});

describe('a command', () => {
  test('is started, asked, and stopped with what it started', async () => {
    const port = await freePort();
    const url = `http://127.0.0.1:${port}/predict`;
    // The shell stays, so that the server is a child of the command's own process.
    const script = join(newFolder(), 'server.cjs');
    writeFileSync(script, server);
    const command = `"${process.execPath}" "${script}" ${port}; true`;
    const subject = new CommandSubject(command, url, undefined);
    const { report, log } = await smokeOfServer(subject, url);
    expect(report.passed, JSON.stringify(report)).toBe(true);
    expect(log).toEqual([`listening on ${port}`]);
    await expect(fetch(url)).rejects.toThrow();
  });

  test('that ends shows what it wrote last', async () => {
    const url = `http://127.0.0.1:${await freePort()}/predict`;
    const subject = new CommandSubject('echo one; echo two >&2; exit 3', url, undefined);
    const result = await smokeOfServer(subject, url);
    expect(codes(result)).toEqual(['smoke-did-not-start']);
    expect(findingsOf(result.report)[0]?.found).toBe('it ended with code 3');
    expect([...result.log].sort()).toEqual(['one', 'two']);
  });

  test('is not started where another server listens already', async () => {
    const url = await serving(({ response }) => good(response));
    const subject = new CommandSubject('exit 1', url, undefined);
    const result = await smokeOfServer(subject, url);
    expect(findingsOf(result.report)[0]?.found).toContain('listens at');
  });
});

describe('serin smoke', () => {
  const folder = newFolder();

  test('passes a version, and says so in every form', async () => {
    const file = (name: string): string => join(folder, name);
    const { code, stdout } = await runSerin([
      ...['smoke', churn, '--json', '--junit', file('r.xml'), '--markdown', file('r.md')],
      ...['--out', file('r.txt'), '--out', file('r.sarif')],
    ]);
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ gate: 'smoke', passed: true, log: [] });
    expect(readFileSync(file('r.xml'), 'utf8')).toContain('<testcase name="predict"');
    expect(readFileSync(file('r.md'), 'utf8')).toContain('### ✅ serin smoke');
    expect(readFileSync(file('r.txt'), 'utf8')).toContain('serin smoke passed');
    expect(JSON.parse(readFileSync(file('r.sarif'), 'utf8'))).toMatchObject({ version: '2.1.0' });
  });

  test('shows the log of a command that fails', async () => {
    const url = `http://127.0.0.1:${await freePort()}/predict`;
    const command = ['--command', 'echo no model here; exit 1', '--inputs', churn];
    const report = join(folder, 'failed.md');
    const { code, stdout } = await runSerin(['smoke', url, ...command, '--out', report]);
    expect(code).toBe(1);
    expect(stdout).toContain('The last lines that it wrote:\n  | no model here');
    expect(readFileSync(report, 'utf8')).toContain('wrote:\n\n    no model here\n');
  });

  test('says what it cannot start', async () => {
    const { code, stderr } = await runSerin(['smoke', '/nowhere']);
    expect(code).toBe(2);
    expect(stderr).toContain("a version's folder with a model.onnx, an .onnx file, or a URL");
  });
});
