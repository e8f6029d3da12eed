/** Milliseconds on a clock that all processes of one machine share, so that a visit can be timed from one to another. */
export const nowMs = (): number => Number(process.hrtime.bigint()) / 1e6;
