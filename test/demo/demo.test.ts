/* eslint-disable import-x/no-unassigned-import -- all in one process: each would take longer to start than to run */
import './_blob-routes.js';
import './_build-content.js';
import './_embedded-registry.js';
import './_lazy-repository.js';
import './_list-routes.js';
import './_manifest-routes.js';
import './_referrer-routes.js';
import './_sample-oddities.js';
import './_sample-pulls.js';
import './_sample-world.js';
import './_start-demo.js';
