import type { Case, Chapter } from './conformance-case.test-support.ts';
import type { Outcome } from './run-case.test-support.ts';

/** A case's part of its chapter's golden file. */
export function renderSection({ id, form, claim }: Case, { refused, transcript }: Outcome): string {
  const verdict = form === 'right' ? 'Right' : `Wrong, and ${refused ? 'refused' : 'accepted'}`;
  return `## ${id}\n\n**${verdict}.** ${claim}\n\n\`\`\`console\n${transcript}\n\`\`\`\n`;
}

/** A chapter's golden file. Cases that did not run now keep what they had. */
export function renderChapter(
  chapter: Chapter,
  {
    versions,
    sections,
    previous,
  }: {
    readonly versions: string;
    readonly sections: ReadonlyMap<string, string>;
    /** The golden file as it is; '' when there is none. */
    readonly previous: string;
  },
): string {
  const kept = readSections(previous);
  const cases = chapter.cases.map(
    ({ id }) => sections.get(id) ?? kept.get(id) ?? `## ${id}\n\nNever run with these versions.\n`,
  );
  const notRun = chapter.notRun.map(({ what, why }) => `- ${what}: ${why}\n`).join('');
  return [
    `# ${chapter.title}\n\nWhat ${versions} answered. Written by \`npm run conformance\`; how to read it: ../README.md.\n`,
    ...cases,
    `## Not run\n\n${notRun || '- nothing\n'}`,
  ].join('\n');
}

function readSections(file: string): ReadonlyMap<string, string> {
  return new Map(
    file
      .split(/^(?=## )/m)
      .map((section) => [/^## (.*)/.exec(section)?.[1] ?? '', section.replace(/\n\n$/, '\n')]),
  );
}
