/* eslint-disable import-x/no-unassigned-import -- all in one process: starting one takes longer than the tests */
import './_ask-clouds.js';
import './_list-logins.js';
import './_ping.js';
