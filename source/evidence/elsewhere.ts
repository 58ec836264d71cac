import {listNames, type RepositoryName} from './repository-names.js';
import type {ImageReference} from './image-reference.js';
import type {Use} from './use.js';

/** A registry of the operator's own, or a part of one. */
export type OwnRegistry = {
	readonly host: string;
	/** A repository or a prefix of repositories that is theirs; `undefined` for the whole host. */
	readonly path: string | undefined;
};

/** A tag or a digest by which an image from elsewhere is named. */
export type ForeignReference = {
	/** `docker.io/library/nginx:1.27` or `…@sha256:…`, as it is normalised. */
	readonly text: string;
	readonly by: 'tag' | 'digest';
	readonly uses: readonly Use[];
};

/** A repository that is not the operator's own, and what names images in it. */
export type ForeignRepository = RepositoryName & {
	/** Those named most often first. */
	readonly references: readonly ForeignReference[];
	/** How many places name an image in it. */
	readonly count: number;
	/** Of those, how many name a digest, which no push can move. */
	readonly byDigest: number;
};

/** Own registries under all of their names. */
const nameAll = (own: readonly OwnRegistry[]): readonly OwnRegistry[] =>
	own.flatMap(({host, path}) =>
		listNames({host, repository: path ?? ''}).map((name): OwnRegistry => ({
			host: name.host,
			path: path === undefined ? undefined : name.repository,
		})),
	);

/** Tells whether a repository is in one of the operator's own registries, whatever it is called. */
export const createOwnTest = (
	own: readonly OwnRegistry[],
): ((name: RepositoryName) => boolean) => {
	const names = nameAll(own);
	return name => isBelow(names, name);
};

const isBelow = (own: readonly OwnRegistry[], name: RepositoryName): boolean =>
	listNames(name).some(({host, repository}) =>
		own.some(
			registry =>
				registry.host === host &&
				(registry.path === undefined ||
					registry.path === repository ||
					repository.startsWith(`${registry.path}/`)),
		),
	);

const formatReference = ({
	host,
	repository,
	tag,
	digest,
}: ImageReference): string =>
	`${host}/${repository}${digest === undefined ? `:${tag ?? 'latest'}` : `@${digest}`}`;

const compare = (one: string, other: string): number =>
	one < other ? -1 : one > other ? 1 : 0;

const groupBy = <Value>(
	values: readonly Value[],
	keyOf: (value: Value) => string,
): ReadonlyMap<string, readonly Value[]> => {
	const groups = new Map<string, Value[]>();
	for (const value of values) {
		const key = keyOf(value);
		const known = groups.get(key);
		if (known) {
			known.push(value);
		} else {
			groups.set(key, [value]);
		}
	}

	return groups;
};

type ReferenceUse = {readonly use: Use; readonly image: ImageReference};

const describeRepository = (
	uses: readonly [ReferenceUse, ...ReferenceUse[]],
): ForeignRepository => {
	const references = [
		...groupBy(uses, ({image}) => formatReference(image)),
	].map(([text, named]): ForeignReference => ({
		text,
		by: text.includes('@') ? 'digest' : 'tag',
		uses: named.map(({use}) => use),
	}));
	const [{image}] = uses;
	return {
		host: image.host,
		repository: image.repository,
		references: references.toSorted(
			(one, other) =>
				other.uses.length - one.uses.length || compare(one.text, other.text),
		),
		count: uses.length,
		byDigest: uses.filter(other => other.image.digest !== undefined).length,
	};
};

/**
The repositories elsewhere that specs and files name, those named most often first.

What a runtime reports is left out: the spec of the same container names it too.
@param own - What is the operator's; a host under any of its aliases.
*/
export const listElsewhere = (
	uses: readonly Use[],
	own: readonly OwnRegistry[],
): readonly ForeignRepository[] => {
	const isOwn = createOwnTest(own);
	const foreign = uses.flatMap(use =>
		use.image.kind === 'reference' ? [{use, image: use.image}] : [],
	);
	const groups = groupBy(
		foreign,
		({image}) => `${image.host}/${image.repository}`,
	);
	return [...groups.values()]
		.flatMap(([first, ...rest]) =>
			first && !isOwn(first.image)
				? [describeRepository([first, ...rest])]
				: [],
		)
		.toSorted(
			(one, other) =>
				other.count - one.count ||
				compare(one.host, other.host) ||
				compare(one.repository, other.repository),
		);
};
