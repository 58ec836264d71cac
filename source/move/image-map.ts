import type {ImageReference} from '../evidence/image-reference.js';
import {listNames, type RepositoryName} from '../evidence/repository-names.js';
import type {Reference} from '../oci/reference.js';

/** A repository, or one tag or digest of it, as a mapping names it. */
export type MappedName = RepositoryName & {
	/** `undefined` for the repository with whatever tag or digest an image has. */
	readonly reference: Reference | undefined;
};

/** Where an image goes. Both sides name a repository, or both a tag, or both the same digest. */
export type MapEntry = {readonly from: MappedName; readonly to: MappedName};

/** Where each image goes: made by `createImageMap` only, so that no two go to one name and none goes on from home. */
export type ImageMap = {
	readonly entries: readonly MapEntry[];
	/** By `formatName` of each name that its left side has. */
	readonly byName: ReadonlyMap<string, MapEntry>;
};

/** Why entries are no mapping. */
export type MapFault = {
	/** One sentence without a full stop. */
	readonly message: string;
	/** Where to look; the later one of two. */
	readonly entry: MapEntry;
};

/** `host/repository`, with `:tag` or `@digest` where one is meant. */
export const formatName = ({
	host,
	repository,
	reference,
}: MappedName): string => {
	const name = `${host}/${repository}`;
	switch (reference?.kind) {
		case 'tag': {
			return `${name}:${reference.tag}`;
		}

		case 'digest': {
			return `${name}@${reference.digest}`;
		}

		case undefined: {
			return name;
		}
	}
};

/** What a mapping calls the image that a file or a spec names: by its digest where it has one. */
export const nameImage = ({
	host,
	repository,
	tag,
	digest,
}: ImageReference): MappedName => ({
	host,
	repository,
	reference:
		digest === undefined
			? {kind: 'tag', tag: tag ?? 'latest'}
			: {kind: 'digest', digest},
});

const namesOf = ({reference, ...name}: MappedName): readonly string[] =>
	listNames(name).map(({host, repository}) =>
		formatName({host, repository, reference}),
	);

/** One text for all names that a repository has, and the reference in it. */
const identify = (name: MappedName): string =>
	namesOf(name).toSorted()[0] ?? '';

const identifyRepository = (name: MappedName): string =>
	identify({...name, reference: undefined});

const movesTag = ({from, to}: MapEntry): boolean =>
	from.reference?.kind === 'tag' &&
	to.reference?.kind === 'tag' &&
	from.reference.tag !== to.reference.tag;

const groupBy = (
	entries: readonly MapEntry[],
	keyOf: (entry: MapEntry) => string,
): ReadonlyArray<readonly [MapEntry, ...MapEntry[]]> => {
	const groups = new Map<string, [MapEntry, ...MapEntry[]]>();
	for (const entry of entries) {
		const key = keyOf(entry);
		const group = groups.get(key);
		if (group) {
			group.push(entry);
		} else {
			groups.set(key, [entry]);
		}
	}

	return [...groups.values()];
};

const tellTwo = (
	first: MapEntry,
	second: MapEntry,
	target: MappedName,
): MapFault => ({
	message: `${formatName(first.from)} and ${formatName(second.from)} would both go to ${formatName(target)}`,
	entry: second,
});

/** Two images that would go to one name. One repository at home takes those of one repository elsewhere only: a tag that one of two has today the other may have tomorrow. */
const findTwo = (entries: readonly MapEntry[]): MapFault | undefined => {
	for (const group of groupBy(entries, ({to}) => identifyRepository(to))) {
		const [first] = group;
		const source = identifyRepository(first.from);
		const other = group.find(({from}) => identifyRepository(from) !== source);
		if (other) {
			return tellTwo(first, other, {...other.to, reference: undefined});
		}

		const whole = group.find(({from}) => from.reference === undefined);
		const moved = whole && group.find(entry => movesTag(entry));
		if (moved) {
			return tellTwo(whole, moved, moved.to);
		}

		for (const [one, two] of groupBy(group, ({to}) => identify(to))) {
			if (two) {
				return tellTwo(one, two, two.to);
			}
		}
	}

	return undefined;
};

const findEntry = (
	byName: ImageMap['byName'],
	name: MappedName,
): MapEntry | undefined => {
	for (const exact of [name, {...name, reference: undefined}]) {
		for (const text of namesOf(exact)) {
			const entry = byName.get(text);
			if (entry) {
				return entry;
			}
		}
	}

	return undefined;
};

/**
A mapping of these entries, or why they are none: two images that go to one name, an image that is there twice, and one that would move on from home when it is mapped again.
*/
export const createImageMap = (
	entries: readonly MapEntry[],
): ImageMap | MapFault => {
	const byName = new Map<string, MapEntry>();
	for (const entry of entries) {
		for (const name of namesOf(entry.from)) {
			if (byName.has(name)) {
				return {message: `${formatName(entry.from)} is there twice`, entry};
			}
		}

		for (const name of namesOf(entry.from)) {
			byName.set(name, entry);
		}
	}

	const two = findTwo(entries);
	if (two) {
		return two;
	}

	const byRepository = new Map(
		entries.map(entry => [identifyRepository(entry.from), entry]),
	);
	for (const entry of entries) {
		const next =
			entry.to.reference === undefined
				? byRepository.get(identifyRepository(entry.to))
				: findEntry(byName, entry.to);
		if (next) {
			return {
				message:
					next === entry
						? `${formatName(entry.from)} would stay where it is`
						: `${formatName(entry.from)} would go to ${formatName(entry.to)}, which goes to ${formatName(next.to)} itself`,
				entry,
			};
		}
	}

	return {entries, byName};
};

/** The image at home that takes the place of another; `undefined` where the mapping does not name it. What it is pinned to stays, and so does a tag beside that. */
export const mapImage = (
	{byName}: ImageMap,
	image: ImageReference,
): ImageReference | undefined => {
	const entry = findEntry(byName, nameImage(image));
	if (!entry) {
		return undefined;
	}

	const {host, repository, reference} = entry.to;
	return {
		...image,
		host,
		repository,
		tag: reference?.kind === 'tag' ? reference.tag : image.tag,
	};
};
