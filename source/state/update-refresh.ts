import {shortenDigest} from '../oci/digest.js';
import type {DigestRecord} from '../oci/record.js';
import type {Update} from './command.js';
import type {WorldMessage} from './message.js';
import {
	changeRegistry,
	changeRepository,
	connect,
	startListing,
	startReading,
} from './open-place.js';
import {selectCursorKey, selectCursorRecord} from './select.js';
import {
	currentScreen,
	findRegistry,
	findRepository,
	markKey,
	type State,
} from './state.js';
import {askForDetail} from './update-detail.js';
import {refreshRegistries} from './update-first.js';

/** Reads the whole drawn list again. */
export const refreshList = (state: State): Update => {
	const screen = currentScreen(state);
	switch (screen.kind) {
		case 'registries': {
			return refreshRegistries(state);
		}

		case 'repositories': {
			return relistRegistry(state, screen);
		}

		case 'digests': {
			return rereadRepository(state, screen);
		}

		default: {
			return [state, []];
		}
	}
};

const relistRegistry = (
	state: State,
	{host, prefix}: {host: string; prefix: string},
): Update => {
	const hasFailed = findRegistry(state, host)?.listing.state === 'failed';
	const fresh = changeRegistry(state, host, {listing: {state: 'idle'}});
	const [connected, commands] = connect(fresh, {
		host,
		address: host,
		source: 'given',
	});
	// What the path is that was given may not be known yet.
	return hasFailed && prefix !== ''
		? [
				connected,
				[
					...commands,
					{kind: 'find-path', host, path: prefix, reference: undefined},
				],
			]
		: startListing(connected, host, commands);
};

const rereadRepository = (
	state: State,
	{host, repository}: {host: string; repository: string},
): Update => {
	const fresh = changeRepository(state, host, {
		repository,
		reading: {state: 'idle'},
	});
	const [connected, commands] = connect(fresh, {
		host,
		address: host,
		source: 'given',
	});
	return startReading(connected, {host, repository}, commands);
};

/** Reads what is under the cursor again, and nothing else. */
export const refreshItem = (state: State): Update => {
	const screen = currentScreen(state);
	switch (screen.kind) {
		case 'repositories': {
			const repository = selectCursorKey(state);
			return repository === undefined
				? [state, []]
				: rereadRepository(state, {host: screen.host, repository});
		}

		case 'digests': {
			const record = selectCursorRecord(state);
			return record ? rereadDigest(state, screen, record) : [state, []];
		}

		case 'digest': {
			const {host, repository, digest} = screen;
			const record = findRepository(state, host, repository).records.get(
				digest,
			);
			return record ? rereadDigest(state, screen, record) : [state, []];
		}

		default: {
			return [state, []];
		}
	}
};

const rereadDigest = (
	state: State,
	{host, repository}: {host: string; repository: string},
	{digest, tags}: DigestRecord,
): Update => {
	const details = new Map(state.details);
	details.delete(markKey(host, repository, digest));
	return [
		{...state, details, notice: `Reading ${shortenDigest(digest)} again…`},
		[{kind: 'reread-digest', host, repository, digest, tags}],
	];
};

/** What was read of one digest takes the place of what was known of it; a tag that has moved moves. */
export const takeDigest = (
	state: State,
	message: WorldMessage & {kind: 'digest-reread'},
): Update => {
	const {host, repository, digest, isPresent, tags} = message;
	const records = new Map(findRepository(state, host, repository).records);
	const record = records.get(digest);
	if (!record) {
		return [state, []];
	}

	const short = shortenDigest(digest);
	if (!isPresent) {
		records.delete(digest);
		const marks = new Map(state.marks);
		marks.delete(markKey(host, repository, digest));
		const notice = `${short} is not there any more.`;
		return [
			{...changeRepository(state, host, {repository, records}), marks, notice},
			[],
		];
	}

	const kept = record.tags.filter(tag => tags.get(tag) === digest);
	const moved = record.tags.filter(tag => !kept.includes(tag));
	records.set(digest, {...record, tags: kept});
	for (const tag of moved) {
		const other = records.get(tags.get(tag) ?? digest);
		if (other && other.digest !== digest) {
			const otherTags = [...new Set([...other.tags, tag])].toSorted();
			records.set(other.digest, {...other, tags: otherTags});
		}
	}

	const notice =
		moved.length === 0
			? `${short} is as it was.`
			: `${short} has lost ${moved.slice(0, 3).join(', ')}; r reads the whole list again.`;
	const changed = changeRepository(state, host, {repository, records});
	return currentScreen(state).kind === 'digest'
		? askForDetail({...changed, notice}, {host, repository, digest})
		: [{...changed, notice}, []];
};
