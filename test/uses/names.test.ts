/* eslint-disable import-x/no-unassigned-import -- all in one process: each would take longer to start than to run */
import './_dockerfile.js';
import './_files.js';
import './_snapshot.js';
import './_yaml-references.js';
