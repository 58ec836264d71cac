/* eslint-disable import-x/no-unassigned-import -- all in one process: each would take longer to start than to run */
import './_azure-journeys.js';
import './_google-deletes.js';
import './_hub-journeys.js';
import './_traces.js';
