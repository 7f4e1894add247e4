import { InputError } from '@shardwright/core';

/** The comments in which pg_dump says who it is and that it came to its end. */
export class PgDumpFrame {
  serverVersion: string | undefined;
  producer: string | undefined;
  #opened: { readonly text: string; readonly line: number }[] = [];

  /** Takes a comment that stands between statements. */
  note(text: string, line: number): void {
    const frame = /^-- (PostgreSQL database (?:cluster )?dump)( complete)?$/.exec(text);
    if (frame !== null) {
      const [, name = '', isEnd] = frame;
      if (isEnd === undefined) this.#opened.push({ text: name, line });
      else this.#close(name);
      return;
    }
    const version = /^-- Dumped (from database|by) (?:version )?(.+)$/.exec(text);
    if (version === null) return;
    const [, which, value = ''] = version;
    if (which === 'by') this.producer ??= value.replace(' version', '');
    else this.serverVersion ??= value.split(' ')[0];
  }

  // Files of edited parts may end what they never began; a dump of a cluster holds one per database.
  #close(name: string): void {
    const index = this.#opened.findLastIndex(({ text }) => text === name);
    if (index >= 0) this.#opened.splice(index, 1);
  }

  /** Refuses a dump that has a beginning without its end. */
  check(label: string, lastLine: number): void {
    const [first] = this.#opened;
    if (first === undefined) return;
    throw new InputError(
      `the dump is cut off: “-- ${first.text} complete” is missing, which belongs to line ${first.line}`,
      { input: label, line: lastLine },
      {
        hint: 'Make or copy the dump again. If the file was shortened on purpose, delete its header comment.',
      },
    );
  }
}
