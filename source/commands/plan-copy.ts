import type {CopyItem} from '../copy/copy-item.js';
import type {ImageReference} from '../evidence/image-reference.js';
import {formatName, type MapEntry, nameImage} from '../move/image-map.js';
import {UserError} from '../user-error.js';
import type {Registry, World} from '../world.js';

/** An image on its way, with the names that the operator knows it by. */
export type PlannedCopy = CopyItem & {
	readonly from: string;
	readonly to: string;
};

/** Opens each registry once. */
const createOpener = (
	world: World,
	signal: AbortSignal,
): ((host: string) => Promise<Registry>) => {
	const opened = new Map<string, Promise<Registry>>();
	return async host => {
		const known = opened.get(host) ?? world.openRegistry(host, signal);
		opened.set(host, known);
		return known;
	};
};

const resolveSource = async (
	source: CopyItem['source'],
	{from}: MapEntry,
	signal: AbortSignal,
): Promise<CopyItem['digest']> => {
	const {reference} = from;
	const text =
		reference?.kind === 'digest' ? reference.digest : (reference?.tag ?? '');
	const digest = await source.registry.resolve(source.repository, text, signal);
	if (!digest) {
		throw new UserError(`There is no ${formatName(from)}.`, {
			remedy: 'Look at its name; nothing was copied.',
		});
	}

	return digest;
};

const refuseUnpushable = async (
	targets: ReadonlyArray<CopyItem['target']>,
	signal: AbortSignal,
): Promise<void> => {
	const seen = new Set<string>();
	for (const {registry, repository} of targets) {
		const name = `${registry.host}/${repository}`;
		if (seen.has(name)) {
			continue;
		}

		seen.add(name);
		const reply = await registry.mayPush(repository, signal);
		if (reply.kind === 'refused' || reply.kind === 'unclear') {
			throw new UserError(
				`Nothing may be pushed to ${name}: ${reply.reason}. Nothing was copied.`,
				{
					remedy: 'Look at the login that is used there, and at its rights.',
					exitCode: reply.kind === 'refused' ? 3 : 1,
				},
			);
		}
	}
};

/**
Asks what every tag means, there and at home, and whether home may be pushed to: all of it before the first byte moves.

Throws `UserError` where any image cannot be had, or home takes nothing.
*/
export const planCopy = async (
	world: World,
	entries: readonly MapEntry[],
	signal: AbortSignal,
): Promise<readonly PlannedCopy[]> => {
	const open = createOpener(world, signal);
	const planned = await Promise.all(
		entries.map(async (entry): Promise<PlannedCopy> => {
			const {from, to} = entry;
			const source = {
				registry: await open(from.host),
				repository: from.repository,
			};
			const target = {registry: await open(to.host), repository: to.repository};
			const tag = to.reference?.kind === 'tag' ? to.reference.tag : undefined;
			return {
				source,
				target,
				digest: await resolveSource(source, entry, signal),
				tag,
				was:
					tag === undefined
						? undefined
						: await target.registry.resolve(to.repository, tag, signal),
				from: formatName(from),
				to: formatName(to),
			};
		}),
	);
	await refuseUnpushable(
		planned.map(({target}) => target),
		signal,
	);
	return planned;
};

/** The images whose tag at home means another digest now. With some platforms only that is not known before. */
export const listMoves = (
	planned: readonly PlannedCopy[],
): readonly PlannedCopy[] =>
	planned.filter(({was, digest}) => was !== undefined && was !== digest);

/** The images that are asked for, by the names that a mapping has. */
export const nameImages = (
	images: readonly ImageReference[],
): ReadonlySet<string> =>
	new Set(images.map(image => formatName(nameImage(image))));
