/* eslint-disable import-x/no-unassigned-import -- all in one process: each would take longer to start than to run */
import './_check-indexes.js';
import './_execute-plan.js';
import './_execute-refusals.js';
import './_quiet-reading.js';
import './_recheck-step.js';
import './_recheck-with-cache.js';
import './_remove-tag.js';
import './_run-steps.js';
import './_save-step.js';
import './_take-off-list.js';
import './_undo-lists.js';
