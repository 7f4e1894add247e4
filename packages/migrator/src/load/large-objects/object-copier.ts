import { createHash } from 'node:crypto';
import type { Connection } from '@shardwright/postgres';
import { holdTurn } from '../../journal/turn.ts';
import type { ReceivingParties } from '../../run/carry-out.ts';
import { openSession } from '../../session.ts';
import type { LiveSource } from '../../source/live-source.ts';
import {
  type JournalledObject,
  journalObjects,
  readJournalledObjects,
  removeObjects,
} from './journalled-objects.ts';
import { attributeStatements } from './object-attributes.ts';
import { readBeginnings, readPart, type SourceObject } from './source-objects.ts';

/** Objects that are copied in one transaction. */
export const objectsPerBatch = 64;
/** Of each object that is read with others, so that a batch fits into memory. */
const beginningBytes = 64 * 1024;
const partBytes = 1024 * 1024;

/** Copies batches of large objects one after the other, with sessions that it keeps. */
export class ObjectCopier {
  readonly #source: LiveSource;
  readonly #parties: ReceivingParties;
  readonly #roles: ReadonlySet<string>;
  #reader: Connection | undefined;
  #writer: Connection | undefined;

  constructor(source: LiveSource, parties: ReceivingParties, roles: ReadonlySet<string>) {
    this.#source = source;
    this.#parties = parties;
    this.#roles = roles;
  }

  /** Brings a batch to the coordinator, as far as it is not there as it is now. After a failure its sessions are new ones. */
  async copy(objects: readonly SourceObject[]): Promise<void> {
    const { target, migration } = this.#parties;
    try {
      this.#reader ??= await this.#source.openReader();
      this.#writer ??= await openSession(target.coordinator.url, migration);
      await this.#copyBatch(objects, this.#reader, this.#writer);
    } catch (error) {
      this.drop();
      throw error;
    }
  }

  async #copyBatch(objects: readonly SourceObject[], reader: Connection, writer: Connection): Promise<void> {
    const { turn, onMoment } = this.#parties;
    const oids = objects.map(({ oid }) => oid);
    const name = `large objects ${oids[0]}`;
    const beginnings = await readBeginnings(reader, oids, beginningBytes);
    const before = await readJournalledObjects(writer, oids);
    await writer.query('BEGIN');
    await holdTurn(writer, turn.run);
    const made: JournalledObject[] = [];
    for (const object of objects) {
      const beginning = beginnings.get(object.oid) ?? Buffer.alloc(0);
      const earlier = before.get(object.oid);
      // What an earlier run brought may have changed since.
      if (earlier !== undefined) {
        const now = await this.#pass(object, beginning, reader);
        if (now.digest === earlier.digest) continue;
        await removeObjects(writer, [object.oid]);
      }
      await writer.query('SELECT lo_from_bytea($1::oid, $2::bytea)', [object.oid, beginning]);
      made.push(
        await this.#pass(object, beginning, reader, async (offset, part) => {
          await writer.query('SELECT lo_put($1::oid, $2::bigint, $3::bytea)', [object.oid, offset, part]);
        }),
      );
      const attributes = attributeStatements(object, this.#roles);
      if (attributes.length > 0) await writer.query(attributes.join('; '));
    }
    await journalObjects(writer, made);
    await onMoment('chunk: before COMMIT', name);
    await writer.query('COMMIT');
    await onMoment('chunk: after COMMIT', name);
  }

  /** Reads what comes after the beginning, and gives what is written down of the whole. */
  async #pass(
    object: SourceObject,
    beginning: Buffer,
    reader: Connection,
    take: (offset: number, part: Buffer) => Promise<void> = async () => {},
  ): Promise<JournalledObject> {
    const { oid, owner, comment, grants } = object;
    const hash = createHash('sha256')
      .update(JSON.stringify([owner, comment, grants]))
      .update(beginning);
    let bytes = beginning.length;
    for (let length = beginning.length === beginningBytes ? partBytes : 0; length === partBytes; ) {
      const part = await readPart(reader, oid, bytes, partBytes);
      length = part.length;
      if (length === 0) break;
      hash.update(part);
      await take(bytes, part);
      bytes += length;
    }
    return { oid, bytes, digest: hash.digest('hex') };
  }

  /** At once: a transaction that is open ends without effect. */
  drop(): void {
    for (const session of [this.#reader, this.#writer]) session?.destroy();
    this.#reader = undefined;
    this.#writer = undefined;
  }
}
