import type { Program } from './program.ts';
import { progressModes } from './progress/reporter.ts';
import { runProcess } from './run-process.ts';

/** The program `migrate`. */
export const migrate: Program = {
  name: 'migrate',
  purpose: 'Move from one PostgreSQL to Citus.',
  commands: [
    {
      usage: 'analyze <source>',
      summary: 'Can this database run on Citus, how is each table distributed, what must change?',
      load: async () => (await import('./analyze/command.ts')).analyzeCommand,
    },
    {
      usage: 'plan <input>',
      summary:
        'Which statements make an empty Citus database of it, in which order, and what takes them back?',
      load: async () => (await import('./plan/command.ts')).planCommand,
    },
    {
      usage: 'prove <directory>',
      summary: 'Does the plan work? Applied to an empty throw-away Citus, compared, taken back',
      load: async () => (await import('./prove/command.ts')).proveCommand,
    },
    {
      usage: 'run <directory>',
      summary: 'Carry the plan out: every row exactly once, and on from where it was when it was ended',
      load: async () => (await import('./run/command.ts')).runCommand,
    },
    {
      usage: 'status',
      summary: 'How far is the migration of a target, and is anybody at work on it?',
      load: async () => (await import('./status/command.ts')).statusCommand,
    },
    {
      usage: 'export [plan] [tables..]',
      summary: 'The rows as files with checksums, for import where source and target cannot see each other',
      load: async () => (await import('./export/command.ts')).exportCommand,
    },
    {
      usage: 'import <directory>',
      summary: 'Carry a plan out with the files of an export: every row exactly once, and on after any end',
      load: async () => (await import('./import/command.ts')).importCommand,
    },
    {
      usage: 'verify',
      summary: 'Do source and target hold the same? Structure, every row, and the shard that it is in',
      load: async () => (await import('./verify/command.ts')).verifyCommand,
    },
    {
      usage: 'rollback [directory]',
      summary: 'Take a migration back: everything that it did, and nothing else',
      load: async () => (await import('./rollback/command.ts')).rollbackCommand,
    },
  ],
  options: {
    progress: {
      type: 'string',
      requiresArg: true,
      group: 'Output:',
      describe: 'On standard error: auto, always, never or json (NDJSON)',
    },
    quiet: { type: 'boolean', group: 'Output:', describe: 'Nothing on standard error but failures' },
    verbose: {
      type: 'boolean',
      group: 'Output:',
      describe: 'Times of each phase; stack traces of failures',
    },
  },
  progress: (args) => args.choice('progress', progressModes) ?? 'auto',
  readByProgram: (argv) =>
    argv.some(
      (word, index) => word === '--progress=json' || (word === 'json' && argv[index - 1] === '--progress'),
    ),
};

/** Runs the process as `migrate`. */
export function run(): Promise<void> {
  return runProcess(migrate);
}
