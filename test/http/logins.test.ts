/* eslint-disable import-x/no-unassigned-import -- one process for all of these tests */
import './_vendor-logins.js';
import './_renewing.js';
