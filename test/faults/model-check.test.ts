/** All interleavings of two visits with a crash, an expiring lease or a refused post; and mistakes that must be found. */
import { checkModel, findMistake } from './env/model-check.ts';

checkModel({ visits: 2, crashes: 1, expiries: 1 });
checkModel({ visits: 2, refusals: 1, expiries: 1 });

findMistake('shards read before the broadcast item', { visits: 3 });
findMistake('done at rev + 1', { visits: 3 });
findMistake('lease not renewed', { visits: 2, refusals: 1 });
findMistake('published over a renewed lease', { visits: 2, refusals: 1 });
findMistake('posts outlast the lease', { visits: 2, expiries: 1 });
