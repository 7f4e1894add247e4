import { given, type Step } from '../conformance-case.test-support.ts';

/** Makes the nodes of a cluster of the case's own ask for passwords, once they are restarted. */
export const askForPasswords: readonly Step[] = [
  given("ALTER ROLE postgres PASSWORD 'secret'"),
  given(
    `DO $$ BEGIN EXECUTE format('COPY (SELECT ''local all all scram-sha-256'') TO %L', current_setting('hba_file')); END $$`,
    'every node',
  ),
];

/** Why cases about passwords need servers on this machine. */
export const passwordsOnlyLocal = 'nodes in containers have a password from the start';
