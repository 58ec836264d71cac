import type {CopyItem} from '../copy/copy-item.js';
import type {Session} from '../effects/session.js';
import {formatName, type MapEntry} from '../move/image-map.js';
import {UserError} from '../user-error.js';

/** An image on its way, with the names that the operator knows it by. */
export type PlannedCopy = CopyItem & {
	readonly from: string;
	readonly to: string;
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
	{openRegistry, signal}: Session,
	entries: readonly MapEntry[],
): Promise<readonly PlannedCopy[]> => {
	const planned = await Promise.all(
		entries.map(async (entry): Promise<PlannedCopy> => {
			const {from, to} = entry;
			const source = {
				registry: await openRegistry(from.host),
				repository: from.repository,
			};
			const target = {
				registry: await openRegistry(to.host),
				repository: to.repository,
			};
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
