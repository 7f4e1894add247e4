/**
 * The only exit codes of the three commands.
 * `no` is an answer (findings, mismatch, regression), not a failure of the tool.
 */
export const exitCode = {
  yes: 0,
  no: 1,
  usage: 2,
  database: 3,
  environment: 4,
  inconclusive: 5,
  internal: 70,
  interrupted: 130,
} as const;

/** One of {@link exitCode}'s numbers. */
export type ExitCode = (typeof exitCode)[keyof typeof exitCode];
