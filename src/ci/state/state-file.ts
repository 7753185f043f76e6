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

/** Another form of the file has another number. */
const format = 1;

/** What is done already, in a file that is whole at any moment. */
export class StateFile {
  #state: CiState;
  readonly #file: string;
  readonly #folder: string;

  /**
   * @param workspace where the state folder is, or is made
   * @throws SerinError `ci-state-invalid`
   */
  constructor(workspace: string) {
    this.#folder = stateFolderOf(workspace);
    this.#file = path.join(this.#folder, 'state.json');
    this.#state = read(this.#file);
    writeOrRefuse(this.#file, () => {
      mkdirSync(this.#folder, { recursive: true });
      // It holds nothing that belongs into a repository, or into an image.
      writeFileSync(path.join(this.#folder, '.gitignore'), '*\n');
    });
  }

  get state(): CiState {
    return this.#state;
  }

  /** @throws SerinError `ci-state-invalid` where it cannot be written */
  record<Name extends StageName>(name: Name, record: StageRecord<Name>): void {
    this.#write({ ...this.#state, [name]: record });
  }

  #write(state: CiState): void {
    this.#state = state;
    writeOrRefuse(this.#file, () => {
      mkdirSync(this.#folder, { recursive: true });
      const text = `${JSON.stringify({ format, stages: state }, undefined, 2)}\n`;
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

function read(file: string): CiState {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return {};
    throw invalid(`to read ${file}`, cause);
  }
  try {
    const read = JSON.parse(text) as { readonly format: unknown; readonly stages: CiState };
    if (read.format !== format) throw new Error(`its format is ${String(read.format)}`);
    const known = stageNames.filter((name) => isRecordOfStage(read.stages[name]));
    return Object.fromEntries(known.map((name) => [name, read.stages[name]]));
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
