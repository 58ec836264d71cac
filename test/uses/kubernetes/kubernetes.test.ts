/* eslint-disable import-x/no-unassigned-import -- all in one process: loading the client library takes longer than the tests */
import './_kinds.js';
import './_kubeconfig.js';
import './_credentials.js';
import './_lists.js';
import './_watches.js';
import './_demo.js';
import './_blocking.js';
import './_open-uses.js';
