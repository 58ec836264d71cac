import type {CopyOutcome} from '../copy/copy-item.js';
import {
	confirmCopy,
	type ConfirmedCopy,
	type CopyPlan,
	movesTag,
	type PlannedImage,
	spellMovePhrase,
	type UnplannedImage,
} from '../copy/copy-plan.js';
import type {CopyNews, EndedCopy} from '../copy/copy-news.js';
import {planCopies} from '../effects/plan-copies.js';
import {describeImage, runCopies} from '../effects/run-copies.js';
import type {Session} from '../effects/session.js';
import {describeCopyProgress} from '../plain/copy-text.js';
import {formatCount} from '../text/quantities.js';
import {makeSafe, stringifySafely} from '../text/safe-text.js';
import {UserError} from '../user-error.js';
import {ask, type BatchOutput, printLine} from './batch-session.js';
import {chooseImages, type ImageChoice} from './choose-images.js';
import {createProgress} from './progress.js';

/** What `jetsam copy` was asked for. */
export type CopyOptions = ImageChoice & {
	/** As `linux/amd64`; all where empty. */
	readonly platforms: readonly string[];
	readonly yes: boolean;
	readonly confirm: readonly string[];
	readonly json: boolean;
};

/**
`jetsam copy`: brings images home by their digests, with all platforms and all that is about them.

Resolves to the exit code: 1 where an image could not be copied, 3 where a registry or somebody's tag refused one. Throws `UserError`; then nothing was copied.
*/
export const copy = async (
	session: Session,
	options: CopyOptions,
	output: BatchOutput,
): Promise<0 | 1 | 3> => {
	const {entries, gaps} = await chooseImages(session, options);
	for (const gap of gaps) {
		tell(output, `jetsam: ${gap}`);
	}

	const plan = await planCopies(session, {
		entries,
		platforms: options.platforms,
	});
	refuseMissing(plan, options);
	tellPlan(plan, options, output);
	const confirmed = await confirm(plan.images, options, output);
	if (!confirmed) {
		printLine({print: output.printError}, 'Nothing was copied.');
		return 3;
	}

	const ended = await run(session, {confirmed, options}, output);
	if (options.json) {
		output.print(`${stringifySafely(createDocument(ended, plan.missing))}\n`);
	}

	tellEnd(ended, output);
	return plan.missing.length > 0 ? 1 : chooseCode(ended);
};

const tell = ({printError}: BatchOutput, text: string): void => {
	printError(`${makeSafe(text)}\n`);
};

/** What was named one by one is all there or nothing is copied; of what clusters and files name something may be gone long since. */
const refuseMissing = (
	{images, missing}: CopyPlan,
	{elsewhere}: CopyOptions,
): void => {
	const [first] = missing;
	if (first && (!elsewhere || images.length === 0)) {
		throw new UserError(
			`${first.reason}${missing.length > 1 ? ` ${(missing.length - 1).toLocaleString('en')} more cannot be had either.` : ''}`,
			{remedy: 'Look at the names; nothing was copied.'},
		);
	}
};

const describePlanned = (image: PlannedImage): string => {
	const {from, to, digest, becomes, was, tag, isThere} = image;
	const what = movesTag(image)
		? `, whose tag means ${was ?? ''} now and moves`
		: was === becomes
			? ', whose tag means it already'
			: isThere
				? `, which is there already${tag === undefined ? '' : ' and gets the tag'}`
				: '';
	return `${from} (${digest}) to ${to}${what}`;
};

const tellPlan = (
	{images, missing, costs}: CopyPlan,
	{platforms}: CopyOptions,
	output: BatchOutput,
): void => {
	for (const image of images) {
		tell(output, describePlanned(image));
	}

	for (const {from, reason} of missing) {
		tell(output, `not copied: ${from}: ${reason}`);
	}

	if (platforms.length > 0) {
		tell(
			output,
			`Only ${platforms.join(', ')}: an index is written anew without the rest, has another digest, and what was signed of the whole stays behind.`,
		);
	}

	for (const cost of costs) {
		tell(output, cost);
	}
};

const confirm = async (
	images: readonly PlannedImage[],
	{yes, confirm: given}: CopyOptions,
	output: BatchOutput,
): Promise<ConfirmedCopy | undefined> => {
	const phrase = spellMovePhrase(images);
	if (yes) {
		const confirmed = [undefined, ...given]
			.map(typed => confirmCopy(images, typed))
			.find(copy => copy !== undefined);
		if (confirmed) {
			return confirmed;
		}

		throw new UserError(
			`${formatCount(images.filter(image => movesTag(image)).length, 'tag')} at home would move, so nothing was copied.`,
			{
				remedy: `If that is meant: --yes --confirm '${phrase ?? ''}'`,
				exitCode: 3,
			},
		);
	}

	if (!output.isTerminal) {
		throw new UserError(
			'There is no terminal to ask on, so nothing was copied.',
			{
				remedy: `To go on: --yes${phrase === undefined ? '' : ` --confirm '${phrase}'`}`,
				exitCode: 2,
			},
		);
	}

	if (phrase !== undefined) {
		return confirmCopy(
			images,
			await ask(`To copy, type exactly: ${makeSafe(phrase)}\n> `),
		);
	}

	const answer = await ask(
		`Copy ${formatCount(images.length, 'image')}? [y/N] `,
	);
	return /^y(?:es)?$/i.test(answer)
		? confirmCopy(images, undefined)
		: undefined;
};

const run = async (
	session: Session,
	{
		confirmed,
		options: {platforms},
	}: {confirmed: ConfirmedCopy; options: CopyOptions},
	output: BatchOutput,
): Promise<readonly EndedCopy[]> => {
	const {images} = confirmed;
	const {now} = session.world.clock;
	const progress = createProgress(output, {
		total: images.length,
		what: 'images done',
	});
	let told = now();
	let last = '';
	const take = (news: CopyNews): void => {
		if (news.kind === 'progress') {
			last = describeCopyProgress(news.progress);
			if (now() - told >= pause) {
				told = now();
				progress.tell(last);
			}
		}

		const image = news.kind === 'image-ended' && images[news.index];
		if (image) {
			progress.tell(describeEnded({image, outcome: news.outcome}));
			progress.advance();
		}
	};

	try {
		return await runCopies(session, {copy: confirmed, platforms}, take);
	} finally {
		progress.tell(last);
		progress.end();
	}
};

/** Milliseconds between two lines that say how fast it goes. */
const pause = 5000;

const describeEnded = ({image: {from, to}, outcome}: EndedCopy): string =>
	outcome.kind === 'copied'
		? `copied: ${from} to ${to}`
		: `${outcome.kind}: ${from}${'reason' in outcome ? `: ${outcome.reason}` : ''}`;

const count = (
	ended: readonly EndedCopy[],
	kind: CopyOutcome['kind'],
): number => ended.filter(({outcome}) => outcome.kind === kind).length;

const tellEnd = (ended: readonly EndedCopy[], output: BatchOutput): void => {
	const parts = (
		['copied', 'would-copy', 'refused', 'failed', 'unfinished'] as const
	)
		.map(kind => [kind, count(ended, kind)] as const)
		.filter(([, number]) => number > 0)
		.map(([kind, number]) => `${kind.replace('-', ' ')} ${number}`);
	const left = ended.length - count(ended, 'copied');
	tell(
		output,
		`jetsam: ${parts.join(', ')}${left > 0 && count(ended, 'would-copy') === 0 ? '; the same command goes on with what is left' : ''}`,
	);
};

const createDocument = (
	ended: readonly EndedCopy[],
	missing: readonly UnplannedImage[],
) => ({
	schemaVersion: 1,
	images: [
		...ended.map(({image, outcome}) => ({...describeImage(image), outcome})),
		...missing.map(({from, to, reason}) => ({
			from,
			to,
			outcome: {kind: 'failed', reason},
		})),
	],
});

const chooseCode = (ended: readonly EndedCopy[]): 0 | 1 | 3 =>
	count(ended, 'failed') + count(ended, 'unfinished') > 0
		? 1
		: count(ended, 'refused') > 0
			? 3
			: 0;
