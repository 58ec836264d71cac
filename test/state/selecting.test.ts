/* eslint-disable import-x/no-unassigned-import -- all in one process: each would take longer to start than to run */
import './_filter.js';
import './_layered-map.js';
import './_long-lists.js';
import './_pull-chart.js';
import './_select.js';
import './_select-progress.js';
import './_select-review.js';
import './_select-totals.js';
import './_store.js';
