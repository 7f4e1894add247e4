import { wrap } from '@shardwright/report';
import type { Program } from './program.ts';

/** The text of `<program> --help`: its commands under their headings, and how to learn more. */
export function programHelp({ name, purpose, commands }: Program, width: number): string {
  const column = Math.max(...commands.map(({ usage }) => usage.length)) + name.length + 3;
  const groups = new Set(commands.map(({ group = 'Commands' }) => group));
  const sections = [...groups].map((heading) => {
    const lines = commands
      .filter(({ group = 'Commands' }) => group === heading)
      .flatMap(({ usage, summary }) => {
        const [first = '', ...rest] = wrap(summary, Math.max(20, width - column - 2));
        return [
          `  ${`${name} ${usage}`.padEnd(column)}${first}`,
          ...rest.map((line) => ' '.repeat(column + 2) + line),
        ];
      });
    return `${heading}:\n${lines.join('\n')}`;
  });
  return [
    wrap(purpose, width).join('\n'),
    `Usage: ${name} <command> [options]`,
    ...sections,
    wrap(
      `Each command has its own ${name} <command> --help; ${name} --version tells the version.`,
      width,
    ).join('\n'),
  ].join('\n\n');
}
