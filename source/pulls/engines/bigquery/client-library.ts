/**
The part of BigQuery's client library that jetsam uses.

Import this file dynamically, and only when a table is asked: the library is large.
*/
export {BigQuery} from '@google-cloud/bigquery';
