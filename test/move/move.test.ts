/* eslint-disable import-x/no-unassigned-import -- all in one process: each would take longer to start than to run */
import './_image-map.js';
import './_judge-progress.js';
import './_plan-rewrite.js';
import './_rewrite-property.js';
import './_unified-diff.js';
