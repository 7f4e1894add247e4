/** What a row of a tenant table is called. */
export const tenantWords: ReadonlySet<string> = new Set(
  (
    'tenant company account organization organisation org workspace team site store shop merchant customer client ' +
    'business enterprise subscription project realm instance hospital school practice clinic agency franchise ' +
    'warehouse brand publisher advertiser vendor domain partner property'
  ).split(' '),
);
/** What a row of a table of people is called. */
export const personWords: ReadonlySet<string> = new Set(
  'user member person people author employee staff login profile contact actor'.split(' '),
);
