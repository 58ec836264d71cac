/* eslint-disable import-x/no-unassigned-import -- one process for all of these tests */
import './_vendor-logins.js';
import './_renewing.js';
import './_security.js';
import './_certificates.js';
import './_proxies.js';
