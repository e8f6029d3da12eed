/** The part of the package's interface that the builder uses; it brings no types. */
declare module 'subset-font' {
  export default function subsetFont(
    font: Buffer,
    text: string,
    options: {
      targetFormat: 'woff2' | 'sfnt';
      variationAxes: Record<string, number>;
      keepFeatures: string[];
      dropTables: string[];
      noHinting: boolean;
    },
  ): Promise<Buffer>;
}
