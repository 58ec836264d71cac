/* eslint-disable import-x/no-unassigned-import -- all in one process: starting one takes longer than the tests */
import './_kubernetes-events.js';
import './_artifact-registry-audit.js';
import './_distribution-events.js';
import './_distribution-log.js';
import './_join-requests.js';
import './_recognise-format.js';
