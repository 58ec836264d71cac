/* eslint-disable import-x/no-unassigned-import -- all in one process: each would take longer to start than to run */
import './_collect-reading.js';
import './_confirm-plan.js';
import './_create-plan.js';
import './_create-tag-plan.js';
import './_depletion.js';
import './_judge-use.js';
import './_keep-by-registry.js';
import './_measure-freed.js';
import './_plan-referrers.js';
import './_random-plans.js';
import './_random-uses.js';
import './_summarize.js';
