/* eslint-disable import-x/no-unassigned-import -- all in one process: starting one takes longer than the tests */
import './_plainly.js';
import './_rules-file.js';
import './_scenarios.js';
