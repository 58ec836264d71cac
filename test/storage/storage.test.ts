/* eslint-disable import-x/no-unassigned-import -- all in one process: each would take longer to start than to run */
import './_batches.js';
import './_debug-log.js';
import './_folders.js';
import './_journal.js';
import './_manifest-cache.js';
import './_marks-file.js';
import './_recent.js';
import './_references-file.js';
import './_replace-file.js';
import './_settings.js';
import './_trash.js';
