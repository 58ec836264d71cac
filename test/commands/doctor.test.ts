/* eslint-disable import-x/no-unassigned-import -- all in one process: loading the program takes longer than the tests */
import './_doctor-registries.js';
import './_doctor-real.js';
import './_doctor-clusters.js';
import './_doctor-pulls.js';
import './_doctor-demo.js';
import './_doctor-whole.js';
import './_doctor-words.js';
