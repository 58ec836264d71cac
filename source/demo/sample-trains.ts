import {pickCommit, pickInteger, type Random} from './random.js';
import type {TrainProfile} from './sample-profile.js';

/** One build of a train: its tags, the first of which names it, and when it was made. */
export type Build = {
	readonly tags: readonly [string, ...string[]];
	readonly created: Date;
	/** Position in the train, 0 for the newest. */
	readonly position: number;
	readonly isRelease: boolean;
};

type TrainContext = {
	readonly now: Date;
	readonly random: Random;
};

type Releases = Extract<TrainProfile, {kind: 'releases'}>;
type Named = Pick<Build, 'tags'> & {readonly isRelease?: boolean};

const dayInMilliseconds = 86_400_000;
const hourOfNightlies = 2;

/** Lists the builds of a train, newest first. */
export function listBuilds(
	train: TrainProfile,
	{now, random}: TrainContext,
): readonly Build[] {
	const name = createNamer(train, random);
	return Array.from({length: train.count}, (_, position) => {
		const created = findTime(train, position, {now, random});
		return {isRelease: false, ...name(position, created), created, position};
	});
}

function findTime(
	{kind, everyDays, newestDaysAgo = 0}: TrainProfile,
	position: number,
	{now, random}: TrainContext,
): Date {
	const age = newestDaysAgo + (position + 0.2 * random()) * everyDays;
	if (kind !== 'nightlies') {
		const time = now.getTime() - age * dayInMilliseconds;
		return new Date(Math.floor(time / 1000) * 1000);
	}

	// The last time that it was two o'clock in the night, and so many days before.
	const shift = hourOfNightlies * 3_600_000;
	const days = Math.floor((now.getTime() - shift) / dayInMilliseconds);
	const before = newestDaysAgo + position * everyDays;
	return new Date((days - before) * dayInMilliseconds + shift);
}

function createNamer(
	train: TrainProfile,
	random: Random,
): (position: number, created: Date) => Named {
	switch (train.kind) {
		case 'releases': {
			return position => nameRelease(train, position);
		}

		case 'nightlies': {
			return (position, created) => {
				const date = created.toISOString().slice(0, 10).replaceAll('-', '');
				return nameNewest(position, `nightly-${date}`, 'nightly');
			};
		}

		case 'branches': {
			return createBranchNamer(train.newest, random);
		}

		case 'numbers': {
			return position =>
				nameNewest(position, `build-${train.newest - position}`, 'latest');
		}

		case 'commits': {
			return position =>
				nameNewest(position, `main-${pickCommit(random)}`, 'main');
		}

		case 'checkpoints': {
			return position => {
				const step = (train.count - position) * 20_000;
				const name = `step-${String(step).padStart(7, '0')}`;
				return nameNewest(position, name, 'best');
			};
		}
	}
}

function nameNewest(position: number, name: string, newest: string): Named {
	return {tags: position === 0 ? [name, newest] : [name]};
}

function nameRelease(train: Releases, position: number): Named {
	const {newest, patches, candidates = 0, aliases = [], deployed = {}} = train;
	const cycle = 1 + candidates;
	const release = Math.floor(position / cycle);
	const [prefix = '', newestMinor = ''] = newest.split(/(?<=\.)/v);
	const back = release % patches;
	const minor = `${prefix}${Number(newestMinor) - Math.floor(release / patches)}`;
	const version = `${minor}.${patches - 1 - back}`;
	const candidate = position % cycle;
	if (candidate > 0) {
		return {tags: [`${version}-rc.${cycle - candidate}`]};
	}

	return {
		isRelease: true,
		tags: [
			version,
			...(back === 0 ? [minor] : []),
			...(release === 0 ? [prefix.slice(0, -1), 'latest', ...aliases] : []),
			...aliases.map(alias => `${version}-${alias}`),
			...Object.keys(deployed).filter(tag => deployed[tag] === release),
		],
	};
}

function createBranchNamer(
	newest: number,
	random: Random,
): (position: number) => Named {
	let number = newest;
	return () => {
		const name = `pr-${number}`;
		number -= pickInteger(random, 1, 9);
		return {tags: [name, `${name}-${pickCommit(random)}`]};
	};
}
