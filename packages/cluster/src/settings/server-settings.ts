/** Lines of postgresql.conf. */
export type ServerSettings = Readonly<Record<string, string | number | boolean>>;

/** For data that is thrown away: a crash of the machine may ruin it. */
export const throwAwaySettings: ServerSettings = {
  fsync: false,
  synchronous_commit: false,
  full_page_writes: false,
};
