/* eslint-disable import-x/no-unassigned-import -- all in one process: each would take longer to start than to run */
import './_batches.js';
import './_description-cache.js';
import './_distribution.js';
import './_open-registry.js';
import './_other-kinds.js';
import './_write-content.js';
