/* eslint-disable import-x/no-unassigned-import -- all in one process: each would take longer to start than to run */
import './_update-list.js';
import './_update-marks.js';
import './_update-pulls.js';
import './_update-quit.js';
import './_update-review.js';
import './_update-run.js';
import './_update-text.js';
import './_update-view.js';
