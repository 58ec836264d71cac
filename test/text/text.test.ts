/* eslint-disable import-x/no-unassigned-import -- all in one process: each would take longer to start than to run */
import './_quantities.js';
import './_safe-text.js';
