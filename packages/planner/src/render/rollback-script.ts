import type { Phase, Plan, Step } from '../model/plan.ts';
import {
  byPhase,
  comment,
  echo,
  heading,
  phaseTitles,
  provenance,
  refuseWithoutCitus,
  type ScriptOptions,
  session,
  terminated,
} from './script.ts';

/** The script that takes a plan back, from its last step to its first; what is not there is passed over. */
export function renderRollback(plan: Plan, options: ScriptOptions = {}): string {
  const steps = [...plan.steps].reverse().filter(({ undo }) => undo.length > 0);
  const subjects = (wanted: Phase): readonly string[] =>
    plan.steps.filter(({ phase }) => phase === wanted).map(({ subject }) => subject);
  const [roles, extensions] = [subjects('roles'), subjects('extensions')];
  return [
    ...comment('ROLLBACK: takes back what migration.sql made, WITH ALL ROWS in it'),
    '--',
    ...provenance(plan, options),
    '--',
    ...comment('  psql -X -v ON_ERROR_STOP=1 -f rollback.sql "$TARGET"'),
    '--',
    ...comment(
      'Run it on the target, never on the source; a database without Citus is refused. Whatever was never',
    ),
    ...comment(
      'made, because migration.sql stopped halfway, is passed over. What others have built on it since (a',
    ),
    ...comment('view, say) stops it: nothing is dropped that it did not make.'),
    ...(extensions.length === 0
      ? []
      : comment(`Extensions go too, even if they were there before: ${extensions.join(', ')}`)),
    ...(roles.length === 0
      ? []
      : comment(`Roles stay, as other databases may use them: ${roles.join(', ')}`)),
    '',
    ...session(plan),
    ...refuseWithoutCitus(),
    ...byPhase(steps).flatMap(([phase, group]) => [
      ...heading(phaseTitles[phase]),
      echo(`${phaseTitles[phase]}: ${group.length}`),
      ...group.flatMap((step) => ['', ...comment(step.title), ...undoOf(step)]),
    ]),
    '',
    echo('Done.'),
    '',
  ].join('\n');
}

function undoOf({ undo }: Step): readonly string[] {
  return undo.map((sql) => terminated(ifExists(sql)));
}

const name = String.raw`(?:"(?:[^"]|"")+"|[\w$]+)`;
const dropConstraint = new RegExp(
  `^(ALTER TABLE IF EXISTS ${name}(?:\\.${name})?) DROP CONSTRAINT (?!IF EXISTS )`,
);

/** Plans write keywords in capitals and quote names with capitals: the first word in other letters is the object. */
function ifExists(sql: string): string {
  return sql
    .replace(/^(DROP (?:[A-Z]+ )+)(?=[^A-Z])/, (words: string) =>
      words.endsWith(' IF EXISTS ') ? words : `${words}IF EXISTS `,
    )
    .replace(/^(ALTER (?:FOREIGN )?TABLE )(?!IF EXISTS )/, '$1IF EXISTS ')
    .replace(dropConstraint, '$1 DROP CONSTRAINT IF EXISTS ');
}
