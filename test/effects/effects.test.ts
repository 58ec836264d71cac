/* eslint-disable import-x/no-unassigned-import -- all in one process: each would take longer to start than to run */
import './_find-all-listed.js';
import './_load-repositories.js';
import './_save-marks.js';
import './_tell-parts.js';
