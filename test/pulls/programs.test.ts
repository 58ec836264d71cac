/* eslint-disable import-x/no-unassigned-import -- all in one process: starting one takes longer than the tests */
import './_az-storage.js';
import './_gcloud.js';
import './_log-analytics.js';
import './_run-program.js';
import './_split-array.js';
