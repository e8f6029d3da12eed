/** Inline script for third-party themes: the counter without the colour switch. */
import { connectCounter } from './connect-counter.ts';

addEventListener('DOMContentLoaded', () => connectCounter(document));
