/** Seed of every randomized test: fixed unless SEED is set. `npm test` prints it; the nightly workflow sets a random one. */
export const SEED = Number(process.env['SEED'] ?? 20_261_123);
