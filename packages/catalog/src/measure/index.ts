export type { DecodeText } from './column-sketch.ts';
export { type Containment, containment } from './containment.ts';
export { decodeCopyField } from './copy-escapes.ts';
export { maxWindowBytes, windowAt } from './kernel-layout.ts';
export { TableMeasurer } from './table-measurer.ts';
