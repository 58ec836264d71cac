import type {
	CopyPlan,
	PlannedImage,
	UnplannedImage,
} from '../copy/copy-plan.js';
import {formatName, type MapEntry} from '../move/image-map.js';
import {UserError} from '../user-error.js';
import type {Session} from './session.js';

/** Asks for every repository once whether it may be pushed to. Throws `UserError`. */
const refuseUnpushable = async (
	{openRegistry, signal}: Session,
	entries: readonly MapEntry[],
): Promise<void> => {
	const targets = new Map(
		entries.map(({to}) => [`${to.host}/${to.repository}`, to]),
	);
	for (const [name, {host, repository}] of targets) {
		const registry = await openRegistry(host);
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

/** Asks what an image's tag means there and at home. Throws `UserError`. */
const planImage = async (
	{openRegistry, signal}: Session,
	{from, to}: MapEntry,
): Promise<PlannedImage | undefined> => {
	const source = await openRegistry(from.host);
	const {reference} = from;
	const digest = await source.resolve(
		from.repository,
		reference?.kind === 'digest' ? reference.digest : (reference?.tag ?? ''),
		signal,
	);
	if (!digest) {
		return undefined;
	}

	const target = await openRegistry(to.host);
	const tag = to.reference?.kind === 'tag' ? to.reference.tag : undefined;
	const was =
		tag === undefined
			? undefined
			: await target.resolve(to.repository, tag, signal);
	return {
		from: formatName(from),
		to: formatName(to),
		source: {host: from.host, repository: from.repository},
		target: {host: to.host, repository: to.repository},
		tag,
		digest,
		was,
		isThere:
			was === digest ||
			(await target.resolve(to.repository, digest, signal)) === digest,
	};
};

const tryImage = async (
	session: Session,
	entry: MapEntry,
): Promise<PlannedImage | UnplannedImage> => {
	const names = {from: formatName(entry.from), to: formatName(entry.to)};
	try {
		return (
			(await planImage(session, entry)) ?? {
				...names,
				reason: `There is no ${names.from}.`,
			}
		);
	} catch (error) {
		if (error instanceof UserError) {
			return {...names, reason: error.sentence};
		}

		throw error;
	}
};

/** What it costs to read from the registries that images come from. */
const listCosts = async (
	{openRegistry}: Session,
	images: readonly PlannedImage[],
): Promise<readonly string[]> => {
	const costs: string[] = [];
	for (const host of new Set(images.map(({source}) => source.host))) {
		const {capabilities} = await openRegistry(host);
		if (capabilities.whatReadsCost !== undefined) {
			costs.push(`${host}: ${capabilities.whatReadsCost}`);
		}
	}

	return costs;
};

/**
Asks what every tag means, there and at home, and whether home may be pushed to: all of it before the first byte moves.

Throws `UserError` where home takes nothing.
*/
export const planCopies = async (
	session: Session,
	entries: readonly MapEntry[],
): Promise<CopyPlan> => {
	await refuseUnpushable(session, entries);
	const planned = await Promise.all(
		entries.map(async entry => tryImage(session, entry)),
	);
	session.signal.throwIfAborted();
	const images = planned.flatMap(image => ('digest' in image ? image : []));
	return {
		images,
		missing: planned.flatMap(image => ('reason' in image ? image : [])),
		costs: await listCosts(session, images),
	};
};
