import PQueue from 'p-queue';
import {
	copyItem,
	type CopyItem,
	type CopyOutcome,
	type CopyRun,
} from '../copy/copy-item.js';
import type {CopyEvent} from '../copy/copy-image.js';
import type {Session} from '../effects/session.js';
import {formatBytes, formatCount} from '../text/quantities.js';
import {makeSafe, stringifySafely} from '../text/safe-text.js';
import {UserError} from '../user-error.js';
import type {Journal, World} from '../world.js';
import {ask, type BatchOutput, printLine} from './batch-session.js';
import {chooseImages, type ImageChoice} from './choose-images.js';
import {listMoves, planCopy, type PlannedCopy} from './plan-copy.js';
import {createProgress, type Progress} from './progress.js';

/** What `jetsam copy` was asked for. */
export type CopyOptions = ImageChoice & {
	/** As `linux/amd64`; all where empty. */
	readonly platforms: readonly string[];
	readonly yes: boolean;
	readonly confirm: readonly string[];
	readonly json: boolean;
};

/** Images, and blobs over all of them, that are on their way at once; a blob holds a connection at each end. */
const imagesAtOnce = 4;
const blobsAtOnce = 6;

type Ended = {readonly item: PlannedCopy; readonly outcome: CopyOutcome};

/**
`jetsam copy`: brings images home by their digests, with all platforms and all that is about them.

Resolves to the exit code: 1 where an image could not be copied, 3 where a registry or somebody's tag refused one. Throws `UserError`; then nothing was copied.
*/
export const copy = async (
	session: Session,
	options: CopyOptions,
	output: BatchOutput,
): Promise<0 | 1 | 3> => {
	const entries = await chooseImages(session, options);
	const planned = await planCopy(session, entries);
	tellPlan(planned, options, output);
	const isMeant = await confirm(planned, options, output);
	if (!isMeant) {
		printLine({print: output.printError}, 'Nothing was copied.');
		return 3;
	}

	const ended = await run(session, {planned, options}, output);
	if (options.json) {
		output.print(`${stringifySafely(createDocument(ended))}\n`);
	}

	tellEnd(ended, output);
	return chooseCode(ended);
};

const tell = ({printError}: BatchOutput, text: string): void => {
	printError(`${makeSafe(text)}\n`);
};

const tellPlan = (
	planned: readonly PlannedCopy[],
	{platforms}: CopyOptions,
	output: BatchOutput,
): void => {
	const moves = new Set(listMoves(planned));
	for (const item of planned) {
		const {from, to, digest, was} = item;
		const what = moves.has(item)
			? `, whose tag means ${was ?? ''} now and moves`
			: was === digest
				? ', whose tag means it already'
				: '';
		tell(output, `${from} (${digest}) to ${to}${what}`);
	}

	if (platforms.length > 0) {
		tell(
			output,
			`Only ${platforms.join(', ')}: an index is written anew without the rest, has another digest, and what was signed of the whole stays behind.`,
		);
	}

	const costs = new Map(
		planned.map(({source: {registry}}) => [
			registry.host,
			registry.capabilities.whatReadsCost,
		]),
	);
	for (const [host, cost] of costs) {
		if (cost !== undefined) {
			tell(output, `${host}: ${cost}`);
		}
	}
};

/** A tag that moves at home takes what runs by it along: that is confirmed by its own words. */
const spellPhrase = (moves: readonly PlannedCopy[]): string =>
	`move ${formatCount(moves.length, 'tag')} at ${[...new Set(moves.map(({target}) => target.registry.host))].join(', ')}`;

const confirm = async (
	planned: readonly PlannedCopy[],
	{yes, confirm: given}: CopyOptions,
	output: BatchOutput,
): Promise<boolean> => {
	const moves = listMoves(planned);
	const phrase = spellPhrase(moves);
	if (
		yes &&
		(moves.length === 0 || given.some(text => text.trim() === phrase))
	) {
		return true;
	}

	if (yes) {
		throw new UserError(
			`${formatCount(moves.length, 'tag')} at home would move, so nothing was copied.`,
			{remedy: `If that is meant: --yes --confirm '${phrase}'`, exitCode: 3},
		);
	}

	if (!output.isTerminal) {
		throw new UserError(
			'There is no terminal to ask on, so nothing was copied.',
			{
				remedy: `To go on: --yes${moves.length > 0 ? ` --confirm '${phrase}'` : ''}`,
				exitCode: 2,
			},
		);
	}

	return moves.length > 0
		? (await ask(`To copy, type exactly: ${makeSafe(phrase)}\n> `)) === phrase
		: /^y(?:es)?$/i.test(
				await ask(`Copy ${formatCount(planned.length, 'image')}? [y/N] `),
			);
};

const run = async (
	{world, signal}: Session,
	{
		planned,
		options: {platforms},
	}: {planned: readonly PlannedCopy[]; options: CopyOptions},
	output: BatchOutput,
): Promise<readonly Ended[]> => {
	const journal = world.readOnly ? undefined : await world.openJournal('copy');
	const progress = createProgress(output, {
		total: planned.length,
		what: 'images copied',
	});
	const meter = createMeter(world, progress);
	const shared: CopyRun = {
		clock: world.clock,
		signal,
		platforms,
		blobs: new PQueue({concurrency: blobsAtOnce}),
		known: new Map(),
		done: new Map(),
		tell: meter.count,
	};
	const images = new PQueue({concurrency: imagesAtOnce});
	try {
		await journal?.append({
			kind: 'copy-began',
			...stamp(world),
			...world.operator,
			images: planned.map(item => describeItem(item)),
		});
		return await Promise.all(
			planned.map(async item =>
				images.add(async () =>
					copyOne(world, {shared, item, journal, progress}),
				),
			),
		);
	} finally {
		progress.tell(meter.say());
		progress.end();
		await journal
			?.append({kind: 'copy-ended', ...stamp(world)})
			.catch(() => undefined);
		await journal?.close();
	}
};

const stamp = ({clock}: World): {readonly time: string} => ({
	time: new Date(clock.now()).toISOString(),
});

const describeItem = ({from, to, digest, was}: PlannedCopy) => ({
	from,
	to,
	digest,
	...(was !== undefined && {was}),
});

/** Safeguard 8: the line before says what the tag meant, so that it can be set back by hand. */
const copyOne = async (
	world: World,
	{
		shared,
		item,
		journal,
		progress,
	}: {
		shared: CopyRun;
		item: PlannedCopy;
		journal: Journal | undefined;
		progress: Progress;
	},
): Promise<Ended> => {
	await journal?.append({
		kind: 'image-began',
		...stamp(world),
		...describeItem(item),
	});
	const outcome = await copyItem(shared, item);
	await journal?.append({
		kind: 'image-ended',
		...stamp(world),
		...describeItem(item),
		outcome,
	});
	progress.tell(describeEnded({item, outcome}));
	progress.advance();
	return {item, outcome};
};

const describeEnded = ({item: {from, to}, outcome}: Ended): string =>
	outcome.kind === 'copied'
		? `copied: ${from} to ${to}`
		: `${outcome.kind}: ${from}${'reason' in outcome ? `: ${outcome.reason}` : ''}`;

/** Counts what was sent, and tells now and then how fast. */
const createMeter = ({clock}: World, progress: Progress) => {
	const begin = clock.now();
	let sent = 0;
	let there = 0;
	let told = begin;
	const say = (): string => {
		const seconds = Math.max(1, (clock.now() - begin) / 1000);
		return `${formatBytes(sent)} sent, ${formatBytes(Math.round(sent / seconds))}/s, ${formatBytes(there)} there already`;
	};

	return {
		say,
		count(_: CopyItem, event: CopyEvent): void {
			if (event.kind === 'blob') {
				sent += event.isSent ? event.bytes : 0;
				there += event.isSent ? 0 : event.bytes;
				if (clock.now() - told > 5000) {
					told = clock.now();
					progress.tell(say());
				}
			}
		},
	};
};

const count = (ended: readonly Ended[], kind: CopyOutcome['kind']): number =>
	ended.filter(({outcome}) => outcome.kind === kind).length;

const tellEnd = (ended: readonly Ended[], output: BatchOutput): void => {
	const parts = (['copied', 'would-copy', 'refused', 'failed'] as const)
		.map(kind => [kind, count(ended, kind)] as const)
		.filter(([, number]) => number > 0)
		.map(([kind, number]) => `${kind.replace('-', ' ')} ${number}`);
	const left = ended.length - count(ended, 'copied');
	tell(
		output,
		`jetsam: ${parts.join(', ')}${left > 0 && count(ended, 'would-copy') === 0 ? '; the same command goes on with what is left' : ''}`,
	);
};

const createDocument = (ended: readonly Ended[]) => ({
	schemaVersion: 1,
	images: ended.map(({item, outcome}) => ({...describeItem(item), outcome})),
});

const chooseCode = (ended: readonly Ended[]): 0 | 1 | 3 =>
	count(ended, 'failed') > 0 ? 1 : count(ended, 'refused') > 0 ? 3 : 0;
