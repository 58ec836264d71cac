/* eslint-disable import-x/no-unassigned-import -- all in one process: each would take longer to start than to run */
import './_digest.js';
import './_digest-filter.js';
import './_graph.js';
import './_manifest.js';
import './_name-artifact.js';
import './_parse-time.js';
import './_reference.js';
import './_remove-descriptors.js';
