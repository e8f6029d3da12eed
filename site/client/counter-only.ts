/** The script for pages of published themes: the counter without the colour switch. */
import { connectCounter } from './connect-counter.ts';

addEventListener('DOMContentLoaded', () => connectCounter(document));
