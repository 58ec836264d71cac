/* eslint-disable import-x/no-unassigned-import -- all in one process: each would take longer to start than to run */
import './_bad-input.js';
import './_plan-file.js';
import './_referrers.js';
import './_remove-tag.js';
import './_retry.js';
import './_reviewing.js';
import './_undo.js';
