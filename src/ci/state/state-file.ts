import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { SerinError } from '../../domain/errors.js';
import { stageNames, type CiState, type StageName, type StageRecord } from './state.js';

/** Where the state of a pipeline is, under the folder that it was started in. */
export const stateFolder = '.serin-ci';

/** @param workspace the folder that the pipeline was started in */
export function stateFolderOf(workspace: string): string {
  return path.join(workspace, stateFolder);
}

/** Where written workflows put their reports, under the same folder. */
export const reportsFolder = 'serin-reports';

/** Another form of the file has another number. */
const format = 1;

/** What is done already, in a file that is whole at any moment. */
export class StateFile {
  #state: CiState;
  /** Relative to the workspace, which may be elsewhere on the next machine. */
  #reports: readonly string[];
  readonly #workspace: string;
  readonly #file: string;
  readonly #folder: string;

  /**
   * @param workspace where the state folder is, or is made
   * @throws SerinError `ci-state-invalid`
   */
  constructor(workspace: string) {
    this.#workspace = path.resolve(workspace);
    this.#folder = stateFolderOf(this.#workspace);
    this.#file = path.join(this.#folder, 'state.json');
    ({ state: this.#state, reports: this.#reports } = read(this.#file));
    writeOrRefuse(this.#file, () => {
      mkdirSync(this.#folder, { recursive: true });
      // It holds nothing that belongs into a repository, or into an image.
      writeFileSync(path.join(this.#folder, '.gitignore'), '*\n');
    });
  }

  get state(): CiState {
    return this.#state;
  }

  /** Absolute paths of what pipelines in this workspace write: this state, and their reports. */
  get written(): readonly string[] {
    const reports = [reportsFolder, ...this.#reports];
    return [this.#folder, ...reports.map((file) => path.join(this.#workspace, file))];
  }

  /**
   * Notes where reports of a run go, as each stage may be a process of its own with its own reports.
   * @throws SerinError `ci-state-invalid` where it cannot be written
   */
  noteReports(files: readonly string[]): void {
    const named = files.map((file) => path.relative(this.#workspace, path.resolve(file)));
    const all = [...new Set([...this.#reports, ...named])];
    if (all.length === this.#reports.length) return;
    this.#reports = all;
    this.#write();
  }

  /** @throws SerinError `ci-state-invalid` where it cannot be written */
  record<Name extends StageName>(name: Name, record: StageRecord<Name>): void {
    this.#state = { ...this.#state, [name]: record };
    this.#write();
  }

  #write(): void {
    const written = { format, reports: this.#reports, stages: this.#state };
    writeOrRefuse(this.#file, () => {
      mkdirSync(this.#folder, { recursive: true });
      const text = `${JSON.stringify(written, undefined, 2)}\n`;
      const temporary = `${this.#file}.${process.pid}`;
      writeFileSync(temporary, text);
      renameSync(temporary, this.#file);
    });
  }
}

function writeOrRefuse(file: string, write: () => void): void {
  try {
    write();
  } catch (cause) {
    throw invalid(`to write ${file}`, cause);
  }
}

interface StateRead {
  readonly state: CiState;
  readonly reports: readonly string[];
}

function read(file: string): StateRead {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return { state: {}, reports: [] };
    throw invalid(`to read ${file}`, cause);
  }
  try {
    const read = JSON.parse(text) as {
      readonly format: unknown;
      readonly reports?: readonly unknown[];
      readonly stages: CiState;
    };
    if (read.format !== format) throw new Error(`its format is ${String(read.format)}`);
    const known = stageNames.filter((name) => isRecordOfStage(read.stages[name]));
    const state = Object.fromEntries(known.map((name) => [name, read.stages[name]]));
    // A state of before they were noted has none.
    return { state, reports: (read.reports ?? []).filter((one) => typeof one === 'string') };
  } catch (cause) {
    throw invalid(`the state of a pipeline in ${file}`, cause);
  }
}

function isRecordOfStage(record: Partial<StageRecord> | undefined): boolean {
  return (
    typeof record?.inputs === 'string' &&
    typeof record.passed === 'boolean' &&
    typeof record.result === 'object'
  );
}

function invalid(expected: string, cause: unknown): SerinError {
  const { code, message } = cause as NodeJS.ErrnoException;
  return new SerinError('ci-state-invalid', { expected, found: code ?? message, cause });
}
