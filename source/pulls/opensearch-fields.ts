import {isJsonObject} from '../oci/json.js';
import {UserError} from '../user-error.js';
import type {SearchClient} from './opensearch-client.js';
import {type CountingFields, fieldsPath} from './opensearch-queries.js';

/** How an index can be read. */
export type IndexFields = {
	/** By what it can count by itself; `undefined` where its documents have to be read. */
	readonly counting: CountingFields | undefined;
	/** The names under which its documents have their time. */
	readonly times: readonly string[];
	/** One sentence on what the index cannot hold. */
	readonly remark: string | undefined;
};

/** What S3's index has, where nobody tells. */
const unknownFields: IndexFields = {
	counting: undefined,
	times: ['timestamp', '_timestamp'],
	remark: undefined,
};

type Mapping = {readonly type: string; readonly isAggregatable: boolean};

const listMappings = (fields: unknown, field: string): readonly Mapping[] => {
	const types = isJsonObject(fields) ? fields[field] : undefined;
	return Object.entries(isJsonObject(types) ? types : {}).map(
		([type, details]) => ({
			type,
			isAggregatable: isJsonObject(details) && details['aggregatable'] === true,
		}),
	);
};

const counters = ['long', 'unsigned_long', 'integer'];

/**
Asks how the indexes keep the fields. They count by themselves only where every one of them keeps every field in the one way that can be counted by; a document that a count would pass over in silence has to be read.
Throws `UserError`.
*/
export const readFields = async (
	client: SearchClient,
	signal: AbortSignal,
): Promise<IndexFields> => {
	const reply = await client.ask(fieldsPath, undefined, signal);
	if (reply.kind === 'refused') {
		if (reply.status === 401 || reply.status === 404) {
			throw reply.error;
		}

		return unknownFields;
	}

	const {indices, fields} = reply.body;
	if (Array.isArray(indices) && indices.length === 0) {
		throw new UserError(
			`OpenSearch at ${client.place.host} has no index ${client.place.index}.`,
			{remedy: 'Check the index pattern.', status: 404},
		);
	}

	const isAlways = (field: string, types: readonly string[]): boolean => {
		const [first, ...others] = listMappings(fields, field);
		return (
			first !== undefined &&
			others.length === 0 &&
			first.isAggregatable &&
			types.includes(first.type)
		);
	};

	const findText = (field: string): string | undefined =>
		[field, `${field}.keyword`].find(name => isAlways(name, ['keyword']));
	const times = ['timestamp', '_timestamp'].filter(field =>
		listMappings(fields, field).some(({type}) => type !== 'unmapped'),
	);
	const [time, ...otherTimes] = times;
	const namespace = findText('namespace');
	const name = findText('name');
	const canCount =
		time !== undefined &&
		otherTimes.length === 0 &&
		isAlways(time, ['date']) &&
		isAlways('pull_count', counters);
	return {
		counting:
			canCount && namespace !== undefined && name !== undefined
				? {namespace, name, time}
				: undefined,
		times,
		remark: listMappings(fields, 'pull_count').some(
			({type}) => type === 'integer',
		)
			? 'The index keeps pull_count in 32 bits: samples of repositories with more than 2,147,483,647 pulls are missing from it.'
			: undefined,
	};
};
