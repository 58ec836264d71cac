import type {Session} from '../effects/session.js';
import {listElsewhere} from '../evidence/elsewhere.js';
import {
	type ImageReference,
	parseImageReference,
} from '../evidence/image-reference.js';
import {mapToHome} from '../move/home.js';
import {formatName, type MapEntry, nameImage} from '../move/image-map.js';
import {parseMap, spellMap} from '../move/map-file.js';
import {readNamedFile, writeNamedFile} from '../storage/named-file.js';
import {UserError} from '../user-error.js';
import {listOwnRegistries} from './own-registries.js';
import type {MoveOptions} from './move-options.js';
import {wrongUsage} from './wrong-usage.js';

/** Which images are to come home. */
export type ImageChoice = Pick<MoveOptions, 'home' | 'mapFile' | 'template'> & {
	/** As they were written. */
	readonly references: readonly string[];
	/** All that the clusters and files name and that is not in the operator's own registries. */
	readonly elsewhere: boolean;
	/** The file that the mapping is written to. */
	readonly out: string | undefined;
};

/** Images that are to come home, and where each goes. */
export type ChosenImages = {
	readonly entries: readonly MapEntry[];
	/** A sentence where some may be missing, because not everything could be read that names them. */
	readonly gaps: readonly string[];
};

/** The images and where each goes. Throws `UserError` where one has no name at home, or two have the same. */
export const chooseImages = async (
	session: Session,
	options: ImageChoice,
): Promise<ChosenImages> => {
	const {references, elsewhere, mapFile, home, template, out} = options;
	const named = references.map(text => parseReference(text));
	const {found, gaps} = elsewhere
		? await readElsewhere(session, home)
		: {found: [], gaps: []};
	const images = [...named, ...found];
	if (mapFile !== undefined) {
		return {entries: await chooseMapped(mapFile, images), gaps};
	}

	if (!home) {
		throw wrongUsage('Where images go is not said.', 'Give --to or --map.');
	}

	const map = mapToHome(images, home, template);
	if (out !== undefined) {
		await writeNamedFile(out, spellMap(map));
	}

	return {entries: map.entries, gaps};
};

const parseReference = (text: string): ImageReference => {
	const image = parseImageReference(text);
	if (!image) {
		throw wrongUsage(
			`"${text}" is no image.`,
			'Write it as docker does: redis:7, or ghcr.io/owner/name@sha256:….',
		);
	}

	return image;
};

/** Those entries of a mapping that are asked for, or all of them. */
const chooseMapped = async (
	file: string,
	images: readonly ImageReference[],
): Promise<readonly MapEntry[]> => {
	const {entries, byName} = parseMap(await readNamedFile(file, 2), file);
	const whole = entries.find(({from}) => from.reference === undefined);
	if (images.length === 0) {
		if (whole) {
			throw wrongUsage(
				`${file} maps all of ${formatName(whole.from)}, and does not say which of its images come home.`,
				'Name the images, or give --elsewhere for those that are in use.',
			);
		}

		return entries;
	}

	return images.map(image => {
		const from = nameImage(image);
		const entry =
			byName.get(formatName(from)) ??
			byName.get(formatName({...from, reference: undefined}));
		if (!entry) {
			throw wrongUsage(
				`${file} does not say where ${formatName(from)} goes.`,
				'Write it there, or leave it out.',
			);
		}

		return {
			from,
			to: {...entry.to, reference: entry.to.reference ?? from.reference},
		};
	});
};

/** What the sources of uses name from elsewhere. What could not be read is said and keeps nothing back: a copy too few is made later. Throws `UserError` where nothing is known. */
const readElsewhere = async (
	{world, signal}: Session,
	home: ImageChoice['home'],
): Promise<{
	readonly found: readonly ImageReference[];
	readonly gaps: readonly string[];
}> => {
	const choice = await world.uses.readChoice();
	const {uses, sources} = await world.uses.read(choice, {
		tell: () => undefined,
		signal,
	});
	const own = await listOwnRegistries(world);
	const found = listElsewhere(uses, home ? [...own, home] : own).flatMap(
		({references}) =>
			references.flatMap(({text}) => parseImageReference(text) ?? []),
	);
	const open = sources
		.filter(({state, gaps}) => state === 'failed' || gaps.length > 0)
		.map(({name}) => name);
	if (found.length === 0 && (sources.length === 0 || open.length > 0)) {
		throw new UserError(
			open.length > 0
				? `Not all of ${open.join(', ')} could be read, and what was read names no image from elsewhere; nothing was copied.`
				: 'There is no cluster, no folder and no snapshot to read; nothing was copied.',
			{
				remedy:
					'jetsam uses --elsewhere shows what is known; name the images yourself, or leave the source out.',
			},
		);
	}

	return {
		found,
		gaps:
			open.length === 0
				? []
				: [
						`Not all of ${open.join(', ')} could be read, so images that only they name stay behind; what is known is copied.`,
					],
	};
};
