export { Sha256 } from '../../functions/shared/sha256.ts';
