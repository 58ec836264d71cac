import {type Digest, shortenDigest} from '../oci/digest.js';
import type {DigestRecord} from '../oci/record.js';
import {usualCare} from '../plan/care.js';
import {formatAge, formatBytes, formatCount} from '../text/quantities.js';
import {type Entry, layOutEntries, type DetailLine} from './detail-lines.js';
import {describeTotalPulls} from './describe-pulls.js';
import {selectMarkCounts} from './select-marks.js';
import {arePullsComing, selectPulls, selectWindow} from './select-pulls.js';
import {selectTopLevel, selectTotals} from './select-totals.js';
import {
	findRegistry,
	findRepository,
	type PlaceScreen,
	type RepositoryState,
	repositoryKey,
	type State,
} from './state.js';
import {newestTime, recordTime} from './view.js';

const largestShown = 5;

/** What a registry or a repository comes to, as lines of so many columns. */
export const selectPlaceDetail = (
	state: State,
	{host, repository}: PlaceScreen,
	columns = state.size.columns - 2,
): readonly DetailLine[] =>
	layOutEntries(
		repository === undefined
			? describeRegistry(state, host)
			: describeRepository(state, {host, repository}, columns),
		columns,
	);

const describeCare = (state: State, host: string): Entry[] => {
	const care = findRegistry(state, host)?.care;
	const words = [
		...(care?.isProtected
			? ['protected: asks for a longer phrase before anything goes']
			: []),
		...(state.readOnly || care?.isReadOnly
			? ['read-only: nothing that changes it leaves the process']
			: []),
		...(care?.neverTouch ?? []).map(pattern => `never touched: ${pattern}`),
		...(care && care.maxShare !== usualCare.maxShare
			? [
					`a plan that takes more than ${care.maxShare} % of a repository asks for a longer phrase`,
				]
			: []),
	];
	return [{label: 'settings', texts: words}];
};

const describeCapabilities = (state: State, host: string): Entry[] => {
	const capabilities = findRegistry(state, host)?.capabilities;
	return capabilities
		? [
				{label: 'kind', texts: [capabilities.name]},
				{
					label: 'deletes',
					texts:
						capabilities.whyNoDelete === undefined
							? []
							: [capabilities.whyNoDelete],
				},
				{
					label: 'notes',
					texts: [
						...(capabilities.whatReadsCost === undefined
							? []
							: [capabilities.whatReadsCost]),
						...(capabilities.notes ?? []),
					],
				},
				{
					label: 'lists',
					texts: [
						capabilities.listsUntagged
							? 'untagged digests too'
							: 'what has a tag, and what an index with a tag needs; not what has neither',
					],
				},
				{
					label: 'tags',
					texts: [
						capabilities.whyNoTagRemoval ??
							'can be removed one at a time, their digest stays',
					],
				},
				{
					label: 'space',
					texts: [`returns ${capabilities.spaceReturns}`],
				},
				{label: 'undo', texts: [capabilities.undoes]},
			]
		: [];
};

const isRead = ({reading}: RepositoryState): boolean =>
	reading.state === 'complete';

/** Bytes of all blobs and manifests that were read, each counted once: registries keep one copy for all their repositories. */
const countBytes = (repositories: readonly RepositoryState[]): number => {
	const seen = new Set<Digest>();
	let bytes = 0;
	const count = (digest: Digest, size: number): void => {
		if (!seen.has(digest)) {
			seen.add(digest);
			bytes += size;
		}
	};

	for (const {records} of repositories) {
		for (const {digest, manifestSize, blobs} of records.values()) {
			count(digest, manifestSize);
			for (const blob of blobs) {
				count(blob.digest, blob.size);
			}
		}
	}

	return bytes;
};

const describeRegistry = (state: State, host: string): Entry[] => {
	const registry = findRegistry(state, host);
	const named = (registry?.repositories ?? []).map(name => ({
		name,
		repository: findRepository(state, host, name),
	}));
	const read = named.filter(({repository}) => isRead(repository));
	const atLeast =
		read.length === named.length && registry?.listing.state === 'complete'
			? ''
			: 'at least ';
	const totals = named.map(({repository}) => selectTotals(repository.records));
	let digests = 0;
	let tags = 0;
	for (const total of totals) {
		digests += total.digests;
		tags += total.tags;
	}

	const largest = named
		.toSorted(
			(first, second) =>
				selectTotals(second.repository.records).bytes -
				selectTotals(first.repository.records).bytes,
		)
		.filter(({repository}) => repository.records.size > 0)
		.slice(0, largestShown);
	return [
		{label: '', texts: [host], tone: 'head'},
		{label: 'known from', texts: [registry?.source ?? '']},
		...describeCapabilities(state, host),
		...describeCare(state, host),
		{
			label: 'repositories',
			texts: [`${named.length}, ${read.length} of them read`],
		},
		{
			label: 'digests',
			texts: [
				`${atLeast}${formatCount(digests, 'digest')} with ${formatCount(tags, 'tag')}`,
			],
		},
		{
			label: 'size',
			texts: [
				`${atLeast}${formatBytes(countBytes(named.map(({repository}) => repository)))}, what repositories share counted once`,
			],
		},
		{
			label: 'largest',
			texts: largest.map(
				({name, repository}) =>
					`${formatBytes(selectTotals(repository.records).bytes).padStart(8)}  ${name}`,
			),
		},
		...describeMarks(state, host),
	];
};

const describeMarks = (state: State, place: string): Entry[] => {
	const marked = selectMarkCounts(state.marks).get(place) ?? 0;
	return [
		{
			label: 'marked',
			texts: marked === 0 ? [] : [formatCount(marked, 'digest')],
		},
	];
};

/** How many records carry each name, the most frequent first. */
const countNames = (names: readonly string[]): string[] => {
	const counts = new Map<string, number>();
	for (const name of names) {
		counts.set(name, (counts.get(name) ?? 0) + 1);
	}

	return [...counts]
		.toSorted(([, first], [, second]) => second - first)
		.map(([name, count]) => `${String(count).padStart(6)}  ${name}`);
};

const nameDigest = ({digest, tags}: DigestRecord): string =>
	[shortenDigest(digest), ...tags.slice(0, 3)].join(' ');

const describeRepository = (
	state: State,
	{host, repository: name}: {host: string; repository: string},
	columns: number,
): Entry[] => {
	const repository = findRepository(state, host, name);
	const {records, gaps, reading} = repository;
	const {digests, tags, bytes} = selectTotals(records);
	const rows = selectTopLevel(records);
	const atLeast = isRead(repository) ? '' : 'at least ';
	const all = [...records.values()];
	const untagged = rows.filter(record => record.tags.length === 0).length;
	const times = rows
		.map(record => recordTime(record, state.now))
		.filter(time => time !== undefined);
	const newest = newestTime(records, state.now);
	const age = (time: number | undefined): string[] =>
		time === undefined
			? []
			: [`${new Date(time).toISOString()} (${formatAge(time, state.now)})`];
	return [
		{label: '', texts: [`${host}/${name}`], tone: 'head'},
		{
			label: 'not read',
			texts: [
				...gaps,
				...(reading.state === 'failed' ? [reading.problem.message] : []),
			],
			tone: 'unknown',
		},
		...describeCare(state, host),
		{
			label: 'digests',
			texts: [
				`${atLeast}${formatCount(digests, 'digest')} with ${formatCount(tags, 'tag')}, ${untagged} untagged; ${all.length} with all children`,
			],
		},
		{
			label: 'size',
			texts: [`${atLeast}${formatBytes(bytes)}, each layer counted once`],
		},
		...describePulls(state, {host, repository: name}, columns),
		{label: 'newest', texts: age(newest)},
		{
			label: 'oldest',
			texts: age(oldestOf(times)),
		},
		{
			label: 'largest',
			texts: rows
				.toSorted((first, second) => (second.size ?? 0) - (first.size ?? 0))
				.slice(0, largestShown)
				.map(
					record =>
						`${formatBytes(record.size).padStart(8)}  ${nameDigest(record)}`,
				),
		},
		{
			label: 'platforms',
			texts: countNames(rows.flatMap(record => record.platforms)),
		},
		{
			label: 'artifacts',
			texts: countNames(
				rows
					.map(record => record.artifactType)
					.filter(type => type !== undefined),
			),
		},
		...describeMarks(state, repositoryKey(host, name)),
	];
};

/** Who pulled from the repository; nothing where there is no source of pulls. */
const describePulls = (
	state: State,
	place: {host: string; repository: string},
	columns: number,
): readonly Entry[] => {
	const pulls = selectPulls(state, place);
	return pulls
		? describeTotalPulls(pulls.total, {
				windowDays: selectWindow(state),
				now: state.now,
				columns,
				isComing: arePullsComing(state, place),
			})
		: [];
};

// A spread of 100,000 numbers is more than a call takes.
const oldestOf = (times: readonly number[]): number | undefined => {
	let oldest: number | undefined;
	for (const time of times) {
		oldest = Math.min(oldest ?? Infinity, time);
	}

	return oldest;
};
