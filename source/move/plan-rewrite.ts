import {guessRepositories} from '../evidence/broken-reference.js';
import {
	type ImageReference,
	parseImageReference,
} from '../evidence/image-reference.js';
import type {Digest} from '../oci/digest.js';
import type {FileReading, FileReference} from '../uses/file-reading.js';
import {applyEdits, type Edit} from './edit-text.js';
import {findOverlays, type Overlays, type ReadFile} from './find-overlays.js';
import {formatName, nameImage} from './image-map.js';
import {layOut, layOutAsIs, measureName} from './lay-out.js';

/** A file below a folder, as it is. */
export type TextFile = ReadFile & {readonly text: string};

/** A reference that is written anew. */
export type RewrittenReference = {
	/** From 1, in the file as it was. */
	readonly line: number;
	/** What names it; an empty text where nothing has a name. */
	readonly place: string;
	/** The image, normalised; foreign. */
	readonly from: string;
	readonly to: string;
};

/** Something that may name an image that goes home, and is left alone. */
export type LeftAlone = {
	readonly path: string;
	/** From 1; `undefined` where it is about the whole file. */
	readonly line: number | undefined;
	/** A few words, without a full stop. Foreign in part. */
	readonly message: string;
};

/** What a file becomes. */
export type RewrittenFile = {
	readonly path: string;
	readonly before: string;
	readonly after: string;
	/** In the order of their offsets. */
	readonly edits: readonly Edit[];
	readonly references: readonly RewrittenReference[];
};

/** What a folder becomes. */
export type Rewrite = {
	readonly files: readonly RewrittenFile[];
	readonly left: readonly LeftAlone[];
};

export type RewriteOptions = {
	/** The image at home that takes the place of another; `undefined` for one that stays. */
	readonly goTo: (image: ImageReference) => ImageReference | undefined;
	/** Whether an image of such repositories, of the form of `UseGap.repositories`, may have to go home. */
	readonly mayGo: (repositories: readonly string[] | undefined) => boolean;
	/** The digest that a tag at home means, by `formatName`; a few words where it has none. `undefined` where none is to be written. */
	readonly pinOf: (name: string) => Digest | {readonly why: string} | undefined;
	/** Reads a file again as it would be. */
	readonly read: (path: string, text: string) => FileReading;
};

/** A reference on its way. */
type Item = {
	readonly reference: FileReference;
	readonly image: ImageReference | undefined;
	/** `undefined` for one that stays as it is. */
	readonly home: ImageReference | undefined;
	readonly places: readonly Edit[];
};

type FileWork = {
	readonly file: TextFile;
	readonly items: readonly Item[];
	readonly left: readonly LeftAlone[];
};

const spell = (image: ImageReference): string => {
	const {host, repository, tag, digest} = image;
	return `${host}/${repository}${tag === undefined ? '' : `:${tag}`}${digest === undefined ? '' : `@${digest}`}`;
};

/** A message on one line, though what it quotes went over several. */
const joinLines = (message: string): string =>
	message.replaceAll(/\s*[\r\n]\s*/g, ' ');

const describeBroken = ({text, written}: FileReference): string =>
	text.includes('{{')
		? `${written} is a template, so what it names is not known`
		: `${written} is no image reference`;

/** The image at home with its digest, where one is to be written. */
const pin = (
	home: ImageReference,
	{pinOf}: RewriteOptions,
): ImageReference | {readonly why: string} => {
	const found =
		home.digest === undefined ? pinOf(formatName(nameImage(home))) : undefined;
	if (found === undefined) {
		return home;
	}

	return typeof found === 'string' ? {...home, digest: found} : found;
};

type Start = {
	readonly item: Item;
	/** Why it is left alone, where it would have to go. */
	readonly why: string | undefined;
};

const startReference = (
	reference: FileReference,
	path: string,
	{options, overlays}: {options: RewriteOptions; overlays: Overlays},
): Start => {
	const image = parseImageReference(reference.text);
	const stays = (why: string | undefined): Start => ({
		item: {reference, image, home: undefined, places: layOutAsIs(reference)},
		why,
	});
	if (!image) {
		return stays(
			options.mayGo(guessRepositories(reference.text))
				? describeBroken(reference)
				: undefined,
		);
	}

	const target = options.goTo(image);
	if (!target) {
		return stays(undefined);
	}

	const name = reference.text.slice(0, measureName(reference.text));
	const finder = isWhole(reference)
		? overlays.findFinder(path, name)
		: undefined;
	if (finder !== undefined) {
		return stays(
			overlays.isReplaced(path, name)
				? undefined
				: `${reference.written} is what ${finder} finds by its name; change both by hand`,
		);
	}

	const home = pin(target, options);
	if ('why' in home) {
		return stays(`${reference.written} ${home.why}`);
	}

	const laid = layOut(reference, {image, home});
	return laid.kind === 'refused'
		? stays(`${reference.written} ${laid.why}`)
		: {item: {reference, image, home, places: laid.places}, why: undefined};
};

const isWhole = ({pieces}: FileReference): boolean =>
	pieces.every(({part}) => part === 'reference');

const keyOf = ({offset, before}: Edit): string => `${offset}+${before.length}`;

/** The places for which two references want different things, or that lie over one another. */
const findClashes = (items: readonly Item[]): ReadonlySet<string> => {
	const wanted = new Map<string, Edit>();
	const clashes = new Set<string>();
	for (const place of items.flatMap(({places}) => places)) {
		const known = wanted.get(keyOf(place));
		if (known && known.after !== place.after) {
			clashes.add(keyOf(place));
		}

		wanted.set(keyOf(place), place);
	}

	let last: Edit | undefined;
	for (const place of [...wanted.values()].toSorted(
		(one, other) => one.offset - other.offset,
	)) {
		if (last && place.offset < last.offset + last.before.length) {
			clashes.add(keyOf(last));
			clashes.add(keyOf(place));
		}

		last = place;
	}

	return clashes;
};

/** Lets those stay that would change what another reference rests on, until no two want different things. */
const settle = ({file, items, left}: FileWork): FileWork => {
	const clashes = findClashes(items);
	const losers = items.filter(
		({home, places}) =>
			home !== undefined && places.some(place => clashes.has(keyOf(place))),
	);
	if (losers.length === 0) {
		return {file, items, left};
	}

	return settle({
		file,
		items: items.map(item =>
			losers.includes(item)
				? {...item, home: undefined, places: layOutAsIs(item.reference)}
				: item,
		),
		left: [
			...left,
			...losers.map(({reference: {line, written}}) => ({
				path: file.path,
				line,
				message: joinLines(
					`${written} shares a text with another image, which must not change`,
				),
			})),
		],
	});
};

const listEdits = (items: readonly Item[]): readonly Edit[] => [
	...new Map(
		items
			.flatMap(({places}) => places)
			.filter(({before, after}) => before !== after)
			.toSorted((one, other) => one.offset - other.offset)
			.map(place => [keyOf(place), place]),
	).values(),
];

const leaveFile = (
	{file, left}: FileWork,
	message: string,
): {left: readonly LeftAlone[]} => ({
	left: [...left, {path: file.path, line: undefined, message}],
});

/** Whether a file that was changed says the same as before, but for the images that were to change. */
const isAsMeant = (reading: FileReading, {file, items}: FileWork): boolean => {
	const {references, problems} = reading;
	return (
		references.length === items.length &&
		items.every(({reference, image, home}, index) => {
			const now = references[index];
			const text = now?.text ?? '';
			const meant = home ?? image;
			const found = parseImageReference(text);
			return meant === undefined || found === undefined
				? text === reference.text
				: spell(found) === spell(meant) && now?.place === reference.place;
		}) &&
		problems.length === file.reading.problems.length &&
		problems.every(
			({message}, index) => message === file.reading.problems[index]?.message,
		)
	);
};

const finish = (
	work: FileWork,
	{read}: RewriteOptions,
): {file?: RewrittenFile; left: readonly LeftAlone[]} => {
	const {file, items, left} = work;
	const edits = listEdits(items);
	if (edits.length === 0) {
		return {left};
	}

	const after = applyEdits(file.text, edits);
	if (!isAsMeant(read(file.path, after), work)) {
		return leaveFile(
			work,
			'it would not say what it should once it is changed',
		);
	}

	return {
		file: {
			path: file.path,
			before: file.text,
			after,
			edits,
			references: listRewritten(items),
		},
		left,
	};
};

/** What is written anew, in the order of the lines. A tag that can be read as two is one reference. */
const listRewritten = (items: readonly Item[]): readonly RewrittenReference[] =>
	[
		...new Map(
			items
				.toReversed()
				.flatMap(({reference: {line, place}, image, home, places}) =>
					image && home
						? [
								[
									places.map(edit => keyOf(edit)).join(' '),
									{line, place, from: spell(image), to: spell(home)},
								] as const,
							]
						: [],
				),
		).values(),
	].toSorted((one, other) => one.line - other.line);

const startFile = (
	file: TextFile,
	options: RewriteOptions,
	overlays: Overlays,
): FileWork => {
	const {path, reading} = file;
	const problems = reading.problems
		.filter(({text}) =>
			options.mayGo(text === undefined ? undefined : guessRepositories(text)),
		)
		.map(({line, message}): LeftAlone => ({path, line, message}));
	// What was read beside an error may have been read wrongly.
	if (reading.problems.some(({isBroken}) => isBroken)) {
		return {file, items: [], left: problems};
	}

	const started = reading.references.map(reference =>
		startReference(reference, path, {options, overlays}),
	);
	return {
		file,
		items: started.map(({item}) => item),
		left: [
			...started.flatMap(({item, why}): LeftAlone[] =>
				why === undefined
					? []
					: [{path, line: item.reference.line, message: joinLines(why)}],
			),
			...problems,
		],
	};
};

/**
What the files of a folder become where images go home, and what cannot be edited safely and is left alone.

Only what names an image changes. A text that several references rest on changes only where all of them want the same of it, and a file only where reading it again gives what was meant.
*/
export const planRewrite = (
	files: readonly TextFile[],
	options: RewriteOptions,
): Rewrite => {
	const overlays = findOverlays(files);
	const done = files.map(file =>
		finish(settle(startFile(file, options, overlays)), options),
	);
	return {
		files: done.flatMap(({file}) => file ?? []),
		left: done.flatMap(({left}) =>
			left.toSorted((one, other) => (one.line ?? 0) - (other.line ?? 0)),
		),
	};
};

/** The names at home whose digests are needed for images to be pinned, by `formatName`, each once. */
export const listPins = (
	files: readonly TextFile[],
	{goTo}: Pick<RewriteOptions, 'goTo'>,
): readonly ImageReference[] => {
	const names = new Map<string, ImageReference>();
	for (const {text} of files.flatMap(({reading}) => reading.references)) {
		const image = parseImageReference(text);
		const home = image && goTo(image);
		if (home && home.digest === undefined) {
			names.set(formatName(nameImage(home)), home);
		}
	}

	return [...names.values()];
};
