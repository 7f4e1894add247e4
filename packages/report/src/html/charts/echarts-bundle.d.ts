/** The bundle has no declarations of its own; what it exports is the package. */
declare module 'echarts/dist/echarts.esm.min.mjs' {
  export * from 'echarts';
}
