import PQueue from 'p-queue';
import {
	copyItem,
	type CopyItem,
	type CopyOutcome,
	type CopyRun,
} from '../copy/copy-item.js';
import {type CopyMeter, createCopyMeter} from '../copy/copy-meter.js';
import type {CopyNews, EndedCopy} from '../copy/copy-news.js';
import type {ConfirmedCopy, PlannedImage} from '../copy/copy-plan.js';
import type {Journal, World} from '../world.js';
import type {Session} from './session.js';

/** Images, and blobs over all of them, that are on their way at once; a blob holds a connection at each end. */
const imagesAtOnce = 4;
const blobsAtOnce = 6;

/** Milliseconds between two tellings of how far it is. */
const pause = 250;

type Copying = {
	readonly world: World;
	readonly shared: Omit<CopyRun, 'tell'>;
	readonly journal: Journal | undefined;
	readonly openItem: (image: PlannedImage) => Promise<CopyItem>;
	readonly meter: CopyMeter;
	/** Breaks everything off. */
	readonly stop: AbortController;
	/** Says how far it is, when that was last said long enough ago. */
	readonly sayProgress: () => void;
	readonly tell: (news: CopyNews) => void;
};

const stamp = ({clock}: World): {readonly time: string} => ({
	time: new Date(clock.now()).toISOString(),
});

/** An image as the journal and the JSON document name it. */
export const describeImage = ({from, to, digest, was}: PlannedImage) => ({
	from,
	to,
	digest,
	...(was !== undefined && {was}),
});

/** Safeguard 8: the line before says what the tag meant, so that it can be set back by hand. */
const copyOne = async (
	{world, shared, journal, openItem, meter, sayProgress, tell}: Copying,
	image: PlannedImage,
	index: number,
): Promise<EndedCopy> => {
	const end = async (outcome: CopyOutcome): Promise<EndedCopy> => {
		await journal?.append({
			kind: 'image-ended',
			...stamp(world),
			...describeImage(image),
			outcome,
		});
		meter.end(index);
		tell({kind: 'image-ended', index, outcome});
		return {image, outcome};
	};

	if (shared.signal.aborted) {
		meter.end(index);
		const outcome = {kind: 'unfinished', reason: 'it was not begun'} as const;
		tell({kind: 'image-ended', index, outcome});
		return {image, outcome};
	}

	await journal?.append({
		kind: 'image-began',
		...stamp(world),
		...describeImage(image),
	});
	tell({kind: 'image-began', index});
	const item = await openItem(image);
	return end(
		await copyItem(
			{
				...shared,
				tell(_, event) {
					meter.take(index, event);
					sayProgress();
				},
			},
			item,
		),
	);
};

const createItemOpener =
	({openRegistry}: Session): Copying['openItem'] =>
	async ({source, target, digest, tag, was}) => {
		const open = async ({host, repository}: PlannedImage['source']) => {
			const registry = await openRegistry(host);
			return {registry: registry.withUrgency(() => 'batch'), repository};
		};

		return {
			source: await open(source),
			target: await open(target),
			digest,
			tag,
			was,
		};
	};

const begin = (
	session: Session,
	images: readonly PlannedImage[],
	{
		stop,
		platforms,
		journal,
		tell,
	}: {
		stop: AbortController;
		platforms: readonly string[];
		journal: Journal | undefined;
		tell: (news: CopyNews) => void;
	},
): Copying => {
	const {world} = session;
	const {now} = world.clock;
	const meter = createCopyMeter({total: images.length, now});
	let told = now();
	return {
		world,
		journal,
		stop,
		openItem: createItemOpener(session),
		meter,
		tell,
		sayProgress() {
			if (now() - told >= pause) {
				told = now();
				tell({kind: 'progress', progress: meter.progress()});
			}
		},
		shared: {
			clock: world.clock,
			signal: AbortSignal.any([session.signal, stop.signal]),
			platforms,
			blobs: new PQueue({concurrency: blobsAtOnce}),
			known: new Map(),
			done: new Map(),
		},
	};
};

const copyAll = async (
	copying: Copying,
	{images}: ConfirmedCopy,
): Promise<readonly EndedCopy[]> => {
	const {world, journal, meter, tell} = copying;
	tell({kind: 'began', journal: journal?.path ?? ''});
	const queue = new PQueue({concurrency: imagesAtOnce});
	// Where nothing comes for a while that is to be seen too.
	const ticking = setInterval(copying.sayProgress, 1000).unref();
	try {
		await journal?.append({
			kind: 'copy-began',
			...stamp(world),
			...world.operator,
			images: images.map(image => describeImage(image)),
		});
		return await Promise.all(
			images.map(async (image, index) =>
				queue.add(async () => copyOne(copying, image, index)),
			),
		);
	} catch (error) {
		// What cannot be journalled is not done.
		copying.stop.abort();
		await queue.onIdle();
		throw error;
	} finally {
		clearInterval(ticking);
		tell({kind: 'progress', progress: meter.progress()});
		await journal
			?.append({kind: 'copy-ended', ...stamp(world)})
			.catch(() => undefined);
	}
};

/**
Copies what was confirmed, several images at once, and journals each before and after. Whatever ends it, no tag means half of something, and the same copy goes on with what is left.

Throws `UserError` where the journal cannot be written.
@param options.platforms - As `linux/amd64`; all where empty.
*/
export const runCopies = async (
	session: Session,
	{copy, platforms}: {copy: ConfirmedCopy; platforms: readonly string[]},
	tell: (news: CopyNews) => void,
): Promise<readonly EndedCopy[]> => {
	const {world} = session;
	const stop = new AbortController();
	session.batch = {stop, abort: stop};
	let journal: Journal | undefined;
	try {
		journal = world.readOnly ? undefined : await world.openJournal('copy');
		return await copyAll(
			begin(session, copy.images, {stop, platforms, journal, tell}),
			copy,
		);
	} finally {
		await journal?.close();
		session.batch = undefined;
	}
};
