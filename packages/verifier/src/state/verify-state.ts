import { readFile, rename, rm, writeFile } from 'node:fs/promises';
import { InputError } from '@shardwright/core';
import type { TableVerification } from '../model/verification.ts';
import type { Sample } from '../rows/sampled-ranges.ts';

/** What a run that was stopped knew already. */
export interface VerifyState {
  readonly stateVersion: '1.0';
  /** What it compared: another pair of databases or another plan begins anew. */
  readonly identity: string;
  readonly sample?: Sample;
  readonly tables: readonly TableVerification[];
}

/** The file in which a run keeps what it knows, whole at any moment. */
export class StateFile {
  readonly #path: string;

  constructor(path: string) {
    this.#path = path;
  }

  /** What a run of the same identity left; `undefined` where none did. Throws {@link InputError} for another file. */
  async read(identity: string): Promise<VerifyState | undefined> {
    let text: string;
    try {
      text = await readFile(this.#path, 'utf8');
    } catch (error) {
      if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
      throw this.#refusal('cannot be read', error);
    }
    const state = parsed(text);
    if (state?.stateVersion !== '1.0') throw this.#refusal('is no state of migrate verify');
    return state.identity === identity ? state : undefined;
  }

  async write(state: VerifyState): Promise<void> {
    const part = `${this.#path}.${process.pid}.part`;
    try {
      await writeFile(part, JSON.stringify(state));
      await rename(part, this.#path);
    } catch (error) {
      throw this.#refusal('cannot be written', error);
    }
  }

  async remove(): Promise<void> {
    await rm(this.#path, { force: true });
  }

  #refusal(what: string, cause?: unknown): InputError {
    const hint = 'Name another file with --state.';
    return new InputError(what, { input: this.#path }, { hint, ...(cause === undefined ? {} : { cause }) });
  }
}

function parsed(text: string): VerifyState | undefined {
  try {
    return JSON.parse(text) as VerifyState;
  } catch {
    return undefined;
  }
}
