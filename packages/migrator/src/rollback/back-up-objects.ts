import type { Connection } from '@shardwright/postgres';
import { readJournalledObjects } from '../load/large-objects/journalled-objects.ts';
import { attributeStatements } from '../load/large-objects/object-attributes.ts';
import { listObjects, readPart } from '../load/large-objects/source-objects.ts';

const partBytes = 256 * 1024;

/** Writes statements that make large objects of the migration again, with owner, rights and comment. */
export async function backUpObjects(
  session: Connection,
  write: (text: string) => Promise<void>,
): Promise<void> {
  const made = await readJournalledObjects(session);
  if (made.size === 0) return;
  const found = await session.query<{ role: string }>('SELECT rolname AS role FROM pg_roles');
  const roles = new Set(found.map(({ role }) => role));
  for (const object of await listObjects(session)) {
    const { oid } = object;
    if (!made.has(oid)) continue;
    await write(`\nSELECT pg_catalog.lo_create(${oid});\n`);
    for (let offset = 0; ; offset += partBytes) {
      const part = await readPart(session, oid, offset, partBytes);
      if (part.length === 0) break;
      await write(`SELECT pg_catalog.lo_put(${oid}, ${offset}, '\\x${part.toString('hex')}');\n`);
    }
    await write(
      attributeStatements(object, roles)
        .map((sql) => `${sql};\n`)
        .join(''),
    );
  }
}
