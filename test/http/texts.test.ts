/* eslint-disable import-x/no-unassigned-import -- all in one process: each would take longer to start than to run */
import './_describe-error.js';
import './_http-error.js';
import './_logins.js';
import './_pages.js';
import './_request-log.js';
import './_retry-after.js';
