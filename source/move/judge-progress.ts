import {
	createOwnTest,
	listElsewhere,
	type OwnRegistry,
} from '../evidence/elsewhere.js';
import type {ImageReference} from '../evidence/image-reference.js';
import {judgeSources} from '../evidence/judge-sources.js';
import type {PullsReading, PullTally} from '../evidence/pull.js';
import {dayOf} from '../evidence/pull-window.js';
import {listNames} from '../evidence/repository-names.js';
import type {
	AcceptedGap,
	Use,
	UseAbsence,
	UseRole,
	UsesReading,
} from '../evidence/use.js';
import {
	formatName,
	type ImageMap,
	mapImage,
	type MappedName,
	nameImage,
} from './image-map.js';

/** Whether an image is at home. */
export type AtHome = 'there' | 'absent' | {readonly why: string};

/** Whether names are at home, by what they mean there; a few words where that could not be told. */
export const judgeAnswers = (
	answers: ReadonlyMap<string, string | {readonly why: string} | undefined>,
): ReadonlyMap<string, AtHome> =>
	new Map(
		[...answers].map(([name, found]) => [
			name,
			typeof found === 'string' ? 'there' : (found ?? 'absent'),
		]),
	);

/** How far an image from elsewhere has come home. */
export type MoveState =
	/** It is at home, and nothing names the one elsewhere any more. */
	| 'home'
	/** It is at home, and files or workloads still name the one elsewhere. */
	| 'copied, not rewritten'
	/** Nothing that could be rewritten names the one elsewhere any more, and something still runs it. */
	| 'rewritten, still running the old one'
	/** It is not at home. */
	| 'elsewhere'
	/** What would tell did not answer. */
	| 'unknown';

/** Whether something is pulled from elsewhere since a time. */
export type PulledSince =
	| {
			readonly state: 'yes';
			/** In whole days: those before the time on its day are in it. */
			readonly count: number;
			/** Milliseconds since 1970; `undefined` where no time is known. */
			readonly last: number | undefined;
	  }
	/** Every source was read and tells of none. */
	| {readonly state: 'no'; readonly sources: readonly string[]}
	| {readonly state: 'unknown'; readonly why: string};

/** Whether an image is not needed from elsewhere any more; a few words why not, without a full stop. */
export type Done =
	| {readonly state: 'yes'}
	| {readonly state: 'no' | 'unknown'; readonly why: string};

/** How far one image has come home. */
export type Progress = {
	/** `docker.io/library/redis:7`, normalised. Foreign. */
	readonly text: string;
	readonly image: ImageReference;
	/** `undefined` where no mapping says where it goes. */
	readonly home: ImageReference | undefined;
	/** Everything that names it, what ended and what a rollback would start too. */
	readonly uses: readonly Use[];
	/** `undefined` without a mapping. */
	readonly state: MoveState | undefined;
	/** Why its state is unknown; `undefined` where it is known. */
	readonly doubt: string | undefined;
	/** `undefined` where no time was given. */
	readonly pulls: PulledSince | undefined;
	readonly done: Done;
};

export type ProgressFacts = {
	readonly reading: UsesReading;
	readonly accepted: readonly AcceptedGap[];
	readonly own: readonly OwnRegistry[];
	readonly map: ImageMap | undefined;
	/** Milliseconds since 1970 from which on pulls count; `undefined` where they do not. */
	readonly since: number | undefined;
	/** What the sources tell of a host; `undefined` where there is none for it. */
	readonly pullsOf: (host: string) => PullsReading | undefined;
	/** Milliseconds since 1970. */
	readonly now: number;
};

/** An image from elsewhere and what names it. */
export type ForeignImage = {
	readonly image: ImageReference;
	readonly uses: readonly Use[];
};

/** What names an image so that it is needed now; a rollback and what ended do not. */
const isNeed = ({role}: Use): boolean =>
	role === 'running' || role === 'template' || role === 'file';

const has = (uses: readonly Use[], role: UseRole): boolean =>
	uses.some(use => use.role === role);

const toImage = (
	{host, repository}: {readonly host: string; readonly repository: string},
	reference: NonNullable<MappedName['reference']>,
): ImageReference => ({
	kind: 'reference',
	host,
	repository,
	tag: reference.kind === 'tag' ? reference.tag : undefined,
	digest: reference.kind === 'digest' ? reference.digest : undefined,
});

const isPulled = (tally: PullTally, since: number): boolean =>
	!tally.isApart &&
	(tally.action === 'pull' || tally.action === 'attempt') &&
	(tally.last === undefined
		? [...tally.days].some(([day, count]) => count > 0 && day >= dayOf(since))
		: tally.last >= since);

const referenceOf = ({
	image,
}: PullTally): NonNullable<MappedName['reference']> | undefined =>
	image.kind === 'tag' || image.kind === 'digest' ? image : undefined;

/** Images that are pulled from the hosts since the time and that nothing need name any more. */
const listPulled = (
	hosts: ReadonlySet<string>,
	{pullsOf, since}: ProgressFacts,
): readonly ImageReference[] =>
	since === undefined
		? []
		: [...hosts].flatMap(host =>
				(pullsOf(host)?.tallies ?? [])
					.filter(tally => tally.host === host && tally.repository !== '')
					.filter(tally => isPulled(tally, since))
					.flatMap(tally => {
						const reference = referenceOf(tally);
						return reference ? [toImage(tally, reference)] : [];
					}),
			);

/** The images from elsewhere: those that something names, those that the mapping sends home, and those that are pulled. */
export const listForeign = (facts: ProgressFacts): readonly ForeignImage[] => {
	const found = new Map<string, ForeignImage>();
	const add = (image: ImageReference, uses: readonly Use[]): void => {
		const text = formatName(nameImage(image));
		found.set(text, {image, uses: [...(found.get(text)?.uses ?? []), ...uses]});
	};

	for (const {references} of listElsewhere(facts.reading.uses, facts.own)) {
		for (const {uses} of references) {
			for (const use of uses) {
				if (use.image.kind === 'reference') {
					add(use.image, [use]);
				}
			}
		}
	}

	for (const {from} of facts.map?.entries ?? []) {
		if (from.reference) {
			add(toImage(from, from.reference), []);
		}
	}

	const isOwn = createOwnTest(facts.own);
	const hosts = new Set([...found.values()].map(({image}) => image.host));
	for (const image of listPulled(hosts, facts)) {
		if (!isOwn(image)) {
			add(image, []);
		}
	}

	return [...found]
		.toSorted(([one], [other]) => (one < other ? -1 : 1))
		.map(([, image]) => image);
};

const isSame = (tally: PullTally, image: ImageReference): boolean => {
	switch (tally.image.kind) {
		case 'digest': {
			return tally.image.digest === image.digest;
		}

		case 'tag': {
			return image.digest === undefined && tally.image.tag === image.tag;
		}

		default: {
			return false;
		}
	}
};

/** Why sources may not have told of everything since a time, if that is so. */
const findDoubt = (
	{sources}: PullsReading,
	since: number,
): string | undefined => {
	for (const {name, state, covers, gaps, skipped} of sources) {
		if (state !== 'read') {
			return `${name}: not read`;
		}

		if (gaps.length > 0 || skipped > 0) {
			return `${name}: not read completely`;
		}

		if (covers !== undefined && covers.from > since) {
			return `${name}: it begins ${new Date(covers.from).toISOString().slice(0, 16)}Z`;
		}
	}

	return sources.length === 0 ? 'no source of pulls' : undefined;
};

const judgePulls = (
	image: ImageReference,
	{pullsOf}: ProgressFacts,
	since: number,
): PulledSince => {
	const reading = pullsOf(image.host);
	if (!reading) {
		return {state: 'unknown', why: `no source of pulls for ${image.host}`};
	}

	const names = listNames(image);
	const tallies = reading.tallies
		.filter(tally =>
			names.some(
				({host, repository}) =>
					tally.host === host && tally.repository === repository,
			),
		)
		.filter(tally => isSame(tally, image) && isPulled(tally, since));
	if (tallies.length > 0) {
		const counts = tallies.flatMap(({days}) =>
			[...days]
				.filter(([day]) => day >= dayOf(since))
				.map(([, count]) => count),
		);
		const times = tallies.flatMap(({last}) => last ?? []);
		return {
			state: 'yes',
			count: counts.reduce((sum, count) => sum + count, 0),
			last: times.length === 0 ? undefined : Math.max(...times),
		};
	}

	const doubt = findDoubt(reading, since);
	return doubt === undefined
		? {state: 'no', sources: reading.sources.map(({name}) => name)}
		: {state: 'unknown', why: doubt};
};

type Judged = {
	readonly state: MoveState;
	readonly doubt: string | undefined;
};

const known = (state: MoveState): Judged => ({state, doubt: undefined});

const judgeState = (
	uses: readonly Use[],
	{
		atHome,
		absence,
		hasFiles,
	}: {atHome: AtHome; absence: UseAbsence; hasFiles: boolean},
): Judged => {
	if (atHome === 'absent') {
		return known('elsewhere');
	}

	if (typeof atHome === 'object') {
		return {state: 'unknown', doubt: atHome.why};
	}

	// Where no folder tells what is rewritten, what the workloads would start tells it.
	if (has(uses, 'file') || (!hasFiles && has(uses, 'template'))) {
		return known('copied, not rewritten');
	}

	if (uses.some(use => isNeed(use))) {
		return known('rewritten, still running the old one');
	}

	return absence.state === 'no'
		? known('home')
		: {state: 'unknown', doubt: absence.why};
};

const judgeDone = (
	uses: readonly Use[],
	absence: UseAbsence,
	pulls: PulledSince | undefined,
): Done => {
	const needs = uses.filter(use => isNeed(use)).length;
	if (needs > 0) {
		return {
			state: 'no',
			why: `named in ${needs} ${needs === 1 ? 'place' : 'places'}`,
		};
	}

	if (pulls?.state === 'yes') {
		return {state: 'no', why: 'still pulled'};
	}

	if (absence.state === 'unknown') {
		return absence;
	}

	return pulls?.state === 'unknown' ? pulls : {state: 'yes'};
};

/** How far images from elsewhere have come home. What nothing tells of is unknown, and never done. */
export const judgeProgress = (
	images: readonly ForeignImage[],
	facts: ProgressFacts,
	/** Whether an image is at home, by `formatName`. */
	atHome: ReadonlyMap<string, AtHome>,
): readonly Progress[] => {
	const {reading, accepted, map, since, now} = facts;
	const hasFiles = reading.sources.some(
		({kind, state}) => kind === 'files' && state === 'read',
	);
	return images.map(({image, uses}) => {
		const absence = judgeSources(reading.sources, {
			names: listNames(image),
			accepted,
			now,
		});
		const home = map && mapImage(map, image);
		const pulls =
			since === undefined ? undefined : judgePulls(image, facts, since);
		const found = home && atHome.get(formatName(nameImage(home)));
		return {
			text: formatName(nameImage(image)),
			image,
			home,
			uses,
			...(map
				? judgeState(uses, {
						atHome: home ? (found ?? {why: 'not asked'}) : 'absent',
						absence,
						hasFiles,
					})
				: {state: undefined, doubt: undefined}),
			pulls,
			done: judgeDone(uses, absence, pulls),
		};
	});
};
