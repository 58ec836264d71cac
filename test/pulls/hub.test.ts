/* eslint-disable import-x/no-unassigned-import -- all in one process: each would take longer to start than to run */
import './_counter-lines.js';
import './_docker-hub-tags.js';
import './_opensearch.js';
import './_samples-on-disk.js';
