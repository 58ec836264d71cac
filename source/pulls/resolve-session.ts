import type {Digest} from '../oci/digest.js';
import {isImageMediaType, isIndexMediaType} from '../oci/manifest.js';
import type {PullRecord} from './pull-record.js';

/** A record whose time is known. */
export type TimedRecord = PullRecord & {readonly time: number};

/** A HEAD that waits for the GET it may belong to. */
type Pending = {
	readonly record: TimedRecord;
	/** More than one image was asked about, or an index may still get its child: the next digest may be of another. */
	readonly isAmbiguous: boolean;
};

/** A pull that may go on with the children of what was fetched. */
type Root = {
	readonly record: TimedRecord;
	readonly parts: ReadonlySet<Digest>;
	readonly lastTime: number;
};

type State = {
	readonly pending: Pending | undefined;
	readonly root: Root | undefined;
};

type Step = State & {readonly told: readonly PullRecord[]};

/** What a session is resolved with. */
export type SessionOptions = {
	/** The longest time between two requests of one pull, in milliseconds. */
	readonly window: number;
	/** What the tag of a record meant at its time, as far as a push has told. */
	readonly findMeaning: (record: PullRecord) => Digest | undefined;
};

const digestOf = ({image}: Pick<PullRecord, 'image'>): Digest | undefined =>
	image.kind === 'digest' ? image.digest : undefined;

const nameImage = ({image}: PullRecord): string =>
	image.kind === 'tag' ? `tag ${image.tag}` : `digest ${digestOf({image})}`;

const mayHaveChildren = ({mediaType = ''}: PullRecord): boolean =>
	!isImageMediaType(mediaType);

const addCheck = (
	record: TimedRecord,
	{pending, root}: State,
	{window}: SessionOptions,
): Step => {
	const before = pending?.record;
	const isRecent = record.time - (before?.time ?? -Infinity) <= window;
	const isOther =
		before !== undefined && nameImage(before) !== nameImage(record);
	const isRootOpen =
		root?.parts.size === 0 &&
		mayHaveChildren(root.record) &&
		record.time - root.lastTime <= window;
	return {
		pending: {
			record,
			isAmbiguous:
				(isRecent && (isOther || pending?.isAmbiguous === true)) || isRootOpen,
		},
		root: isRootOpen ? root : undefined,
		told: before ? [before] : [],
	};
};

/** What a GET makes of the HEAD before it: one pull of both, or `undefined` where they have nothing to do with each other. */
const joinCheck = (
	record: TimedRecord,
	{record: check, isAmbiguous}: Pending,
	{findMeaning}: SessionOptions,
): TimedRecord | undefined => {
	const digest = digestOf(record);
	const checked = digestOf(check);
	if (checked !== undefined) {
		return checked === digest
			? {...record, tag: record.tag ?? check.tag}
			: undefined;
	}

	if (check.image.kind !== 'tag') {
		return undefined;
	}

	const {tag} = check.image;
	if (record.image.kind === 'tag') {
		return record.image.tag === tag ? record : undefined;
	}

	const meaning = findMeaning(check) ?? digest;
	return isAmbiguous || record.tag !== undefined || meaning !== digest
		? undefined
		: {...record, tag};
};

const beginPull = (record: TimedRecord, told: readonly PullRecord[]): Step => ({
	pending: undefined,
	root: {record, parts: new Set(), lastTime: record.time},
	told: [...told, record],
});

/** Whether a GET fetches a child of what was fetched before. */
const isPartOf = (
	record: TimedRecord,
	{record: index, parts, lastTime}: Root,
	window: number,
): boolean => {
	const digest = digestOf(record);
	return (
		digest !== undefined &&
		digest !== digestOf(index) &&
		!parts.has(digest) &&
		record.tag === undefined &&
		record.time - lastTime <= window &&
		mayHaveChildren(index) &&
		!isIndexMediaType(record.mediaType ?? '')
	);
};

const addPull = (
	record: TimedRecord,
	{pending, root}: State,
	options: SessionOptions,
): Step => {
	const {window} = options;
	if (pending !== undefined) {
		const joined =
			record.time - pending.record.time <= window
				? joinCheck(record, pending, options)
				: undefined;
		return joined ? beginPull(joined, []) : beginPull(record, [pending.record]);
	}

	const digest = digestOf(record);
	return root && digest !== undefined && isPartOf(record, root, window)
		? {
				pending: undefined,
				root: {
					...root,
					parts: new Set([...root.parts, digest]),
					lastTime: record.time,
				},
				told: [{...record, isPart: true}],
			}
		: beginPull(record, []);
};

/** In the order of their times, each but once. Those of one millisecond stay as they came; a log that begins with the newest is turned round. */
const order = (records: readonly TimedRecord[]): readonly TimedRecord[] => {
	const isBackwards =
		(records[0]?.time ?? 0) > (records.at(-1)?.time ?? Infinity);
	const seen = new Set<string>();
	return (isBackwards ? records.toReversed() : [...records])
		.toSorted((a, b) => a.time - b.time)
		.filter(({id}) => {
			const isNew = id === undefined || !seen.has(id);
			seen.add(id ?? '');
			return isNew;
		});
};

/**
Joins the requests of one client for one repository into pulls.

A HEAD of a tag and the GET of a digest right after it are one pull, and the tag meant that digest; a HEAD and the GET of the same thing are one pull, too. A digest that is fetched after an index (or after
something that may be one) is part of that pull. What could be of two pulls stays as it was logged.
*/
export const resolveSession = (
	records: readonly TimedRecord[],
	options: SessionOptions,
): readonly PullRecord[] => {
	const told: PullRecord[] = [];
	let state: State = {pending: undefined, root: undefined};
	for (const record of order(records)) {
		const step: Step =
			record.action === 'check'
				? addCheck(record, state, options)
				: addPull(record, state, options);
		told.push(...step.told);
		state = step;
	}

	return state.pending ? [...told, state.pending.record] : told;
};
