/* eslint-disable @typescript-eslint/naming-convention -- the words of OpenSearch's query language */
import type {TimeSpan} from '../evidence/pull.js';

/** The fields that are asked for by their names; each may be mapped in several ways. */
const neededFields = [
	'timestamp',
	'_timestamp',
	'namespace',
	'namespace.keyword',
	'name',
	'name.keyword',
	'pull_count',
];

/** Asks how the indexes keep what is needed. */
export const fieldsPath = `_field_caps?fields=${neededFields.join(',')}&include_unmapped=true&ignore_unavailable=true`;

export const searchPath =
	'_search?ignore_unavailable=true&allow_no_indices=true';

/** The fields by which an index can count by itself. */
export type CountingFields = {
	readonly namespace: string;
	readonly name: string;
	readonly time: string;
};

const within = (time: string, {from, to}: TimeSpan): unknown => ({
	range: {[time]: {gte: from, lte: to, format: 'epoch_millis'}},
});

/** The highest counter of each day and repository: what a counter grows by is between one day's and the next one's. */
export const createCountQuery = (
	{namespace, name, time}: CountingFields,
	{
		span,
		size,
		after,
	}: {readonly span: TimeSpan; readonly size: number; readonly after: unknown},
): unknown => ({
	size: 0,
	track_total_hits: false,
	query: {
		bool: {filter: [within(time, span), {exists: {field: 'pull_count'}}]},
	},
	aggs: {
		days: {
			composite: {
				size,
				sources: [
					{namespace: {terms: {field: namespace}}},
					{name: {terms: {field: name}}},
					{day: {date_histogram: {field: time, fixed_interval: '1d'}}},
				],
				...(after === undefined ? {} : {after}),
			},
			aggs: {
				pulls: {max: {field: 'pull_count'}},
				time: {max: {field: time}},
			},
		},
	},
});

/**
The documents of a span in the order of time.
@param options.after - All later than this are wanted.
*/
export const createDocumentsQuery = (
	time: string,
	{
		span,
		size,
		after,
	}: {
		readonly span: TimeSpan;
		readonly size: number;
		readonly after: number | undefined;
	},
): unknown => ({
	size,
	track_total_hits: false,
	query: {bool: {filter: [within(time, span)]}},
	sort: [{[time]: {order: 'asc', unmapped_type: 'date'}}],
	_source: [
		'timestamp',
		'_timestamp',
		'namespace',
		'user',
		'name',
		'pull_count',
	],
	...(after === undefined ? {} : {search_after: [after]}),
});
