/* eslint-disable import-x/no-unassigned-import -- all in one process: loading the client library takes longer than the tests */
import './_bigquery-names.js';
import './_bigquery-statements.js';
import './_bigquery-asking.js';
import './_bigquery-counting.js';
