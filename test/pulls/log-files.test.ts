/* eslint-disable import-x/no-unassigned-import -- all in one process: starting one takes longer than the tests */
import './_read-time.js';
import './_acr-events.js';
import './_gcs-usage.js';
import './_log-reading.js';
import './_quick-ways.js';
