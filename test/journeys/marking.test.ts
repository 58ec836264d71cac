/* eslint-disable import-x/no-unassigned-import -- all in one process: each would take longer to start than to run */
import './_blocked.js';
import './_choose-home.js';
import './_confirming.js';
import './_failing.js';
import './_looking-closer.js';
import './_mark-and-delete.js';
import './_opening.js';
