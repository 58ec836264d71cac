import type {CopyOutcome} from '../copy/copy-item.js';
import {
	movesTag,
	type PlannedImage,
	spellMovePhrase,
} from '../copy/copy-plan.js';
import {shortenDigest} from '../oci/digest.js';
import {formatBytes, formatCount} from '../text/quantities.js';
import {formatTimeLeft} from '../text/time-left.js';
import {wrapWords} from '../text/wrap-words.js';
import type {CopyScreen} from './copy-screen.js';
import {listHeight} from './select.js';
import type {State} from './state.js';

/** How a line of a copy is drawn. */
export type CopyTone =
	'plain' | 'waiting' | 'running' | 'done' | 'warning' | 'failed';

/** An image of a copy, or more of what is said of the one above. */
export type CopyLine =
	| {
			readonly kind: 'image';
			readonly tone: CopyTone;
			/** Foreign. */
			readonly from: string;
			/** Its name at home, without what all names there begin with. Foreign. */
			readonly to: string;
			/** Short; an empty text where there is none. */
			readonly digest: string;
			/** What is to be done, or how far it is, in a few words. */
			readonly what: string;
	  }
	| {
			readonly kind: 'text';
			readonly tone: CopyTone;
			/** Foreign in part. */
			readonly text: string;
	  };

/** Whether something is being copied. */
export const isCopying = ({state}: CopyScreen): boolean =>
	state === 'running' || state === 'stopping';

/** The phrase that has to be typed; `undefined` where a plain yes does, or nothing is to be confirmed. */
export const selectCopyPhrase = ({
	state,
	plan,
}: CopyScreen): string | undefined =>
	state === 'ready' ? spellMovePhrase(plan.images) : undefined;

const shortenTarget = (to: string, home: string): string =>
	to.startsWith(`${home}/`) ? to.slice(home.length + 1) : to;

type Said = {
	readonly order: number;
	readonly tone: CopyTone;
	readonly what: string;
	readonly reason?: string;
};

const describePlanned = (image: PlannedImage): Said => {
	if (movesTag(image)) {
		return {
			order: 1,
			tone: 'warning',
			what: 'tag moves',
			reason: `The tag ${image.tag ?? ''} at home means ${shortenDigest(image.becomes)} then, and no longer ${image.was ? shortenDigest(image.was) : 'nothing'}: what starts by it gets another image.`,
		};
	}

	return image.was === image.becomes
		? {order: 3, tone: 'waiting', what: 'there already'}
		: image.isThere
			? {
					order: 2,
					tone: 'plain',
					what: image.tag === undefined ? 'there already' : 'there, new tag',
				}
			: {order: 2, tone: 'plain', what: 'new'};
};

const describeOutcome = (outcome: CopyOutcome): Said => {
	switch (outcome.kind) {
		case 'copied': {
			return {order: 5, tone: 'done', what: 'copied'};
		}

		case 'would-copy': {
			return {order: 4, tone: 'plain', what: 'would be copied'};
		}

		case 'refused': {
			return {
				order: 1,
				tone: 'warning',
				what: 'refused',
				reason: outcome.reason,
			};
		}

		case 'unfinished': {
			return {
				order: 3,
				tone: 'warning',
				what: outcome.reason.replace(/^it was /, ''),
			};
		}

		case 'failed': {
			return {order: 0, tone: 'failed', what: 'failed', reason: outcome.reason};
		}
	}
};

const describeUnderWay = (
	{begun, progress}: CopyScreen,
	index: number,
): Said => {
	if (!begun.has(index)) {
		return {order: 3, tone: 'waiting', what: 'waits'};
	}

	const {done, found} = progress?.images.get(index) ?? {done: 0, found: 0};
	return {
		order: 2,
		tone: 'running',
		what:
			found === 0
				? 'reading…'
				: `${formatBytes(done)} of ${formatBytes(found)}`,
	};
};

const describe = (screen: CopyScreen, index: number): Said => {
	const image = screen.plan.images[index];
	const outcome = screen.outcomes.get(index);
	if (outcome) {
		return describeOutcome(outcome);
	}

	return image && screen.state === 'ready'
		? describePlanned(image)
		: describeUnderWay(screen, index);
};

/** The lines of the images of a copy, what wants attention first. @param width - Characters of a line. */
export const selectCopyLines = (
	screen: CopyScreen,
	width: number,
): readonly CopyLine[] => {
	const {plan, home} = screen;
	const wrap = (tone: CopyTone, reason: string | undefined): CopyLine[] =>
		reason === undefined
			? []
			: wrapWords(reason, width - 4).map(text => ({kind: 'text', tone, text}));
	const missing = plan.missing.flatMap(({from, to, reason}): CopyLine[] => [
		{
			kind: 'image',
			tone: 'failed',
			from,
			to: shortenTarget(to, home),
			digest: '',
			what: 'left out',
		},
		...wrap('failed', reason),
	]);
	const images = plan.images
		.map((image, index) => ({image, said: describe(screen, index)}))
		.toSorted((one, other) => one.said.order - other.said.order)
		.flatMap(({image, said: {tone, what, reason}}): CopyLine[] => [
			{
				kind: 'image',
				tone,
				from: image.from,
				to: shortenTarget(image.to, home),
				digest: shortenDigest(image.digest),
				what,
			},
			...wrap(tone, reason),
		]);
	return [...missing, ...images];
};

const count = ({outcomes}: CopyScreen, kind: CopyOutcome['kind']): number =>
	[...outcomes.values()].filter(outcome => outcome.kind === kind).length;

/** What a copy comes to, in a few words: before it is confirmed, and then how the images have ended. */
export const describeCopyTotals = (screen: CopyScreen): string => {
	const {state, plan, entries} = screen;
	if (state === 'reading') {
		return formatCount(entries.length, 'image');
	}

	if (state === 'ready') {
		const {images, missing} = plan;
		const moves = images.filter(image => movesTag(image)).length;
		const there = images.filter(
			({was, becomes, isThere, tag}) =>
				was === becomes || (isThere && tag === undefined),
		).length;
		const parts = [
			[images.length - moves - there, 'new'],
			[there, 'there already'],
			[moves, moves === 1 ? 'moves a tag' : 'move a tag'],
			[missing.length, 'left out'],
		] as const;
		return `${formatCount(images.length + missing.length, 'image')}: ${parts
			.filter(([number]) => number > 0)
			.map(([number, words]) => `${number} ${words}`)
			.join(', ')}`;
	}

	return describeCopyEnd(screen);
};

/** How the images of a copy have ended so far. */
export const describeCopyEnd = (screen: CopyScreen): string => {
	const {plan, outcomes} = screen;
	const parts = [
		['copied', count(screen, 'copied')],
		['would be copied', count(screen, 'would-copy')],
		['refused', count(screen, 'refused')],
		['failed', count(screen, 'failed')],
		['unfinished', count(screen, 'unfinished')],
		['to go', plan.images.length - outcomes.size],
		['left out', plan.missing.length],
	] as const;
	return parts
		.filter(([, number]) => number > 0)
		.map(([words, number]) => `${number.toLocaleString('en')} ${words}`)
		.join(', ');
};

/** How far a copy under way is, in a line. */
export const describeCopyPace = ({progress}: CopyScreen): string => {
	if (!progress || progress.expected === 0) {
		return 'Reading what there is to copy…';
	}

	const {done, expected, there, rate, secondsLeft} = progress;
	return [
		`${formatBytes(done)} of about ${formatBytes(expected)}`,
		...(rate === undefined ? [] : [`${formatBytes(rate)}/s`]),
		...(secondsLeft === undefined || done >= expected
			? []
			: [`about ${formatTimeLeft(secondsLeft)} left`]),
		...(there === 0 ? [] : [`${formatBytes(there)} were there`]),
	].join(', ');
};

/** Whether the same copy would have something to go on with. */
export const isCopyLeft = (screen: CopyScreen): boolean =>
	screen.state === 'ended' &&
	(screen.problem !== undefined ||
		count(screen, 'copied') + count(screen, 'would-copy') <
			screen.plan.images.length);

/** Sentences between the images and the question. Foreign in part. */
const listFacts = (state: State, {plan}: CopyScreen): readonly string[] => [
	...plan.costs,
	state.readOnly
		? 'Read-only: nothing is sent that changes a registry.'
		: 'Indexes come with all platforms, and with signatures and SBOMs; what is there is not sent again; tags are set last.',
];

/** Those, as lines. */
export const selectCopyFacts = (
	state: State,
	screen: CopyScreen,
): readonly string[] =>
	screen.state === 'ready' && screen.plan.images.length > 0
		? listFacts(state, screen).flatMap(text =>
				wrapWords(text, state.size.columns - 2),
			)
		: [];

/** The sentence that asks for a phrase, before it and behind it. */
export const phraseWords = [
	'To copy and to move what these tags mean, type',
	'and press Enter',
] as const;

/** Lines above the images, by how far it is. */
const headLines: Readonly<Record<CopyScreen['state'], number>> = {
	reading: 1,
	ready: 0,
	running: 2,
	stopping: 2,
	ended: 1,
};

const countFootLines = (state: State, screen: CopyScreen): number => {
	const phrase = selectCopyPhrase(screen);
	return (
		selectCopyFacts(state, screen).length +
		(phrase === undefined
			? 1
			: wrapWords(
					[phraseWords[0], phrase, phraseWords[1]].join(' '),
					state.size.columns - 2,
				).length + 2)
	);
};

/** Lines that the images of a copy have room for, beside the heads of their columns and how many are below. */
export const copyHeight = (state: State, screen: CopyScreen): number =>
	Math.max(
		1,
		listHeight(state) -
			1 -
			headLines[screen.state] -
			countFootLines(state, screen) -
			(screen.problem ? 2 : 0),
	);
