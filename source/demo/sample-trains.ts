import {pickCommit, pickInteger, type Random} from './random.js';
import type {TrainProfile} from './sample-profiles.js';

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

type Named = Pick<Build, 'tags'> & {readonly ageInDays: number};

const dayInMilliseconds = 86_400_000;

/** Lists the builds of a train, newest first. */
export function listBuilds(
	train: TrainProfile,
	context: TrainContext,
): readonly Build[] {
	const {now, random} = context;
	return nameBuilds(train, context).map(({tags, ageInDays}, position) => {
		const delay = random() * 0.2 * dayInMilliseconds;
		const time = now.getTime() - ageInDays * dayInMilliseconds - delay;
		return {
			tags,
			created: new Date(Math.floor(time / 1000) * 1000),
			position,
			isRelease: train.kind === 'releases',
		};
	});
}

function nameBuilds(
	train: TrainProfile,
	context: TrainContext,
): readonly Named[] {
	switch (train.kind) {
		case 'releases': {
			return nameReleases(train);
		}

		case 'nightlies': {
			return nameNightlies(train.count, context.now);
		}

		case 'branches': {
			return nameBranches(train, context.random);
		}

		case 'checkpoints': {
			return countDown(train.count, position => {
				const step = (train.count - position) * 20_000;
				const name = `step-${String(step).padStart(7, '0')}`;
				const ageInDays = 1 + position * train.everyDays;
				return {tags: position === 0 ? [name, 'best'] : [name], ageInDays};
			});
		}
	}
}

function nameReleases(
	train: Extract<TrainProfile, {kind: 'releases'}>,
): readonly Named[] {
	const {prefix, major, patchesPerMinor, everyDays} = train;
	return countDown(train.count, position => {
		const back = position % patchesPerMinor;
		const minor = train.minor - Math.floor(position / patchesPerMinor);
		const name = `${prefix}${major}.${minor}`;
		return {
			tags: [
				`${name}.${patchesPerMinor - 1 - back}`,
				...(back === 0 ? [name] : []),
				...(position === 0 ? [`${prefix}${major}`, 'latest'] : []),
			],
			ageInDays: 3 + position * everyDays,
		};
	});
}

function nameNightlies(count: number, now: Date): readonly Named[] {
	return countDown(count, position => {
		const time = now.getTime() - position * dayInMilliseconds;
		const date = new Date(time).toISOString().slice(0, 10).replaceAll('-', '');
		const name = `nightly-${date}`;
		return {
			tags: position === 0 ? [name, 'nightly'] : [name],
			ageInDays: position,
		};
	});
}

function nameBranches(
	train: Extract<TrainProfile, {kind: 'branches'}>,
	random: Random,
): readonly Named[] {
	let number = train.newest;
	return countDown(train.count, position => {
		const name = `pr-${number}`;
		number -= pickInteger(random, 1, 9);
		return {
			tags: [name, `${name}-${pickCommit(random)}`],
			ageInDays: position * train.everyDays,
		};
	});
}

function countDown(
	count: number,
	name: (position: number) => Named,
): readonly Named[] {
	return Array.from({length: count}, (_, position) => name(position));
}
