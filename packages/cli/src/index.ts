export { main } from './main.ts';
export type { OutputStream, Surroundings } from './surroundings.ts';
