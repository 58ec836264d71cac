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

/** The images and where each goes. Throws `UserError` where one has no name at home, or two have the same. */
export const chooseImages = async (
	session: Session,
	options: ImageChoice,
): Promise<readonly MapEntry[]> => {
	const {references, elsewhere, mapFile, home, template, out} = options;
	const named = references.map(text => parseReference(text));
	const images = [
		...named,
		...(elsewhere ? await readElsewhere(session, home) : []),
	];
	if (mapFile !== undefined) {
		return chooseMapped(mapFile, images);
	}

	if (!home) {
		throw wrongUsage('Where images go is not said.', 'Give --to or --map.');
	}

	const map = mapToHome(images, home, template);
	if (out !== undefined) {
		await writeNamedFile(out, spellMap(map));
	}

	return map.entries;
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

/** Throws `UserError` where a source was not read whole: what it would have named would stay behind unseen. */
const readElsewhere = async (
	{world, signal}: Session,
	home: ImageChoice['home'],
): Promise<readonly ImageReference[]> => {
	const choice = await world.uses.readChoice();
	const {uses, sources} = await world.uses.read(choice, {
		tell: () => undefined,
		signal,
	});
	const open = sources.filter(
		({state, gaps}) => state === 'failed' || gaps.length > 0,
	);
	if (sources.length === 0 || open.length > 0) {
		throw new UserError(
			open.length > 0
				? `Not all of ${open.map(({name}) => name).join(', ')} could be read, so that images could be missing; nothing was copied.`
				: 'There is no cluster, no folder and no snapshot to read; nothing was copied.',
			{
				remedy:
					'jetsam uses --elsewhere shows what is known; name the images yourself, or leave the source out.',
			},
		);
	}

	const own = await listOwnRegistries(world);
	return listElsewhere(uses, home ? [...own, home] : own).flatMap(
		({references}) =>
			references.flatMap(({text}) => parseImageReference(text) ?? []),
	);
};
