/* eslint-disable import-x/no-unassigned-import -- all in one process: each would take longer to start than to run */
import './_azure.js';
import './_google.js';
import './_hub.js';
