/** The same as model-check.test.ts with more events at the same time, the clock among them. */
import { checkModel, findMistake } from './env/model-check.ts';

checkModel({ visits: 3, crashes: 1 });
checkModel({ visits: 2, crashes: 1, clocks: 1 });
checkModel({ visits: 2, crashes: 1, refusals: 1 });
checkModel({ visits: 1, crashes: 1, clocks: 1, refusals: 1, expiries: 1 });

findMistake('settled without condition', { visits: 3, expiries: 1 });
