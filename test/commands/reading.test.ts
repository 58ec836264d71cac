/* eslint-disable import-x/no-unassigned-import -- all in one process: each would take longer to start than to run */
import './_list-coverage.js';
import './_list-left-out.js';
import './_list-uses.js';
import './_open-pull-sources.js';
import './_open-readers.js';
import './_open-use-sources.js';
import './_progress.js';
import './_write-plan.js';
