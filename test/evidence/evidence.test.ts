/* eslint-disable import-x/no-unassigned-import -- all in one process: each would take longer to start than to run */
import './_elsewhere.js';
import './_image-reference.js';
import './_judge-sources.js';
import './_match-pulls.js';
import './_match-uses.js';
import './_name-uses.js';
import './_random-uses.js';
