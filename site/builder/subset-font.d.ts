/** The package has no types. These cover what the builder uses. */
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
