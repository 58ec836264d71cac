/* eslint-disable import-x/no-unassigned-import -- all in one process: each would take longer to start than to run */
import './_arrange-list.js';
import './_list-document.js';
import './_list-text.js';
