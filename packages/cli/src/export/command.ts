import type { Options } from 'yargs';
import type { Command } from '../command.ts';
import { readExportRequest } from './request.ts';

const text: Options = { type: 'string', requiresArg: true };
const files = 'Files:';

/** The command `migrate export`. */
export const exportCommand: Command = {
  description:
    'Writes the rows of a database into files, all as of one moment, with a manifest of checksums: for migrate import, where source and target cannot see each other, or for people. Ended at any moment, the same command goes on, as far as the source has not changed. The source is only read.',
  positionals: {
    plan: {
      describe:
        'What migrate plan wrote, or its plan.json; left out, tables come as they are, to be read only',
    },
    tables: { describe: 'As SQL names them, with their partitions; all unless named' },
  },
  options: {
    source: { ...text, describe: 'postgres:// address of the database' },
    out: { ...text, describe: 'Directory for the files; new, empty, or one that this export was stopped in' },
    jobs: { ...text, describe: 'Files at once; 4 unless given, or fewer where connections are short' },
    format: {
      ...text,
      group: files,
      describe:
        'binary, for types that every server reads alike, or csv with a line of names; binary unless given',
    },
    compress: { ...text, group: files, describe: 'none, gzip or zstd; none unless given' },
    'chunk-size': {
      ...text,
      group: files,
      describe: 'How much of a table goes into one file, e.g. 512MB; 128MB unless given',
    },
    json: { type: 'boolean', group: 'Output:', describe: 'Print the manifest' },
  },
  examples: [
    ['$0 export plan --source postgres://db/shop --out files', 'Everything that migrate import needs'],
    ['$0 export plan --source … --out files --compress zstd', 'Smaller, for a slow or a carried way'],
    ['$0 export orders shop.items --source … --out files --format csv', 'Two tables as they are, to read'],
  ],
  epilogue:
    'Exit codes: 0 exported · 2 usage, no plan, or the directory is taken · 3 database · 4 the disk is full or cannot be written · 70 defect · 130 interrupted. docs/offline.md tells how it works.',
  interrupted: 'interrupted; files that are whole stay, and the same command goes on from there',
  graceMs: 5000,
  run: async (args, io) => {
    const request = await readExportRequest(args);
    // Only now: help and refusals need no more.
    const { performExport } = await import('./perform-export.ts');
    return performExport(request, io);
  },
};
