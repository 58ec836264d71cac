/* eslint-disable import-x/no-unassigned-import -- all in one process: starting one takes longer than the tests */
import './pulls/_credits.js';
import './pulls/_coverage.js';
import './pulls/_history.js';
import './pulls/_random.js';
