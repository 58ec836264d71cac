import './_bigquery-names.js';
import './_bigquery-statements.js';
import './_bigquery-asking.js';
import './_bigquery-counting.js';
