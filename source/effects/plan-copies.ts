import type {
	CopyPlan,
	PlannedImage,
	UnplannedImage,
} from '../copy/copy-plan.js';
import {leaveOut} from '../copy/leave-out.js';
import {formatName, type MapEntry} from '../move/image-map.js';
import type {Digest} from '../oci/digest.js';
import {decodeText} from '../oci/json.js';
import {parseManifest} from '../oci/manifest.js';
import {formatTimeLeft} from '../text/time-left.js';
import {UserError} from '../user-error.js';
import type {PullsLeft} from '../contents.js';
import type {Registry} from '../world.js';
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

/** The digest that an index has without the other platforms. */
const foresee = async (
	{
		registry,
		repository,
		signal,
	}: {registry: Registry; repository: string; signal: AbortSignal},
	digest: Digest,
	platforms: readonly string[],
): Promise<Digest> => {
	const read = await registry.readContent(
		repository,
		{digest, kind: 'manifest'},
		signal,
	);
	const manifest =
		read && parseManifest(decodeText(read.bytes), read.mediaType);
	return read && manifest
		? leaveOut({...read, digest, manifest}, platforms).digest
		: digest;
};

/** Asks what an image's tag means there and at home. Throws `UserError`. */
const planImage = async (
	{openRegistry, signal}: Session,
	{from, to}: MapEntry,
	platforms: readonly string[],
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
	// Reading the index costs a pull somewhere, so that it is read only where something rests on it.
	const becomes =
		platforms.length > 0 && was !== undefined && was !== digest
			? await foresee(
					{registry: source, repository: from.repository, signal},
					digest,
					platforms,
				)
			: digest;
	return {
		from: formatName(from),
		to: formatName(to),
		source: {host: from.host, repository: from.repository},
		target: {host: to.host, repository: to.repository},
		sourceTag: reference?.kind === 'tag' ? reference.tag : undefined,
		tag,
		digest,
		becomes,
		was,
		isThere:
			was === becomes ||
			(await target.resolve(to.repository, digest, signal)) === digest,
	};
};

const tryImage = async (
	session: Session,
	entry: MapEntry,
	platforms: readonly string[],
): Promise<PlannedImage | UnplannedImage> => {
	const names = {from: formatName(entry.from), to: formatName(entry.to)};
	try {
		return (
			(await planImage(session, entry, platforms)) ?? {
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

/** How many pulls images take, and whether that is all of them: what is at home already is not read again. */
const countPulls = async (
	registry: Registry,
	images: readonly PlannedImage[],
	signal: AbortSignal,
): Promise<{readonly count: number; readonly isKnown: boolean}> => {
	const counts = await Promise.all(
		images
			.filter(({isThere}) => !isThere)
			.map(async ({source: {repository}, sourceTag}) =>
				sourceTag === undefined
					? undefined
					: registry.countManifests(repository, sourceTag, signal),
			),
	);
	return {
		count: counts.reduce<number>((sum, count) => sum + (count ?? 1), 0),
		isKnown: counts.every(count => count !== undefined),
	};
};

const describeHours = (seconds: number | undefined): string =>
	seconds === undefined
		? ''
		: ` in ${formatTimeLeft(seconds).replace(' 0 min', '')}`;

/** What is left of a pull limit, and how much of it this copy takes. */
const describeLimit = (
	{remaining, limit, seconds}: PullsLeft,
	{count, isKnown}: {readonly count: number; readonly isKnown: boolean},
): string => {
	const takes = `${isKnown ? '' : 'at least '}${count.toLocaleString('en')}`;
	return `${remaining.toLocaleString('en')} of ${limit.toLocaleString('en')} pulls${describeHours(seconds)} are left, and this copy takes ${takes}.${count > remaining ? ' It stops there, and the same copy goes on when there are pulls again.' : ''}`;
};

/** What it costs to read from the registries that images come from, and how much of a pull limit is left. */
const listCosts = async (
	{openRegistry, signal}: Session,
	images: readonly PlannedImage[],
): Promise<readonly string[]> => {
	const costs: string[] = [];
	for (const host of new Set(images.map(({source}) => source.host))) {
		const registry = await openRegistry(host);
		const cost = registry.capabilities.whatReadsCost;
		if (cost !== undefined) {
			const own = images.filter(({source}) => source.host === host);
			const left = await registry.readPullsLeft(signal);
			costs.push(
				`${host}: ${left ? describeLimit(left, await countPulls(registry, own, signal)) : cost}`,
			);
		}
	}

	return costs;
};

/**
Asks what every tag means, there and at home, and whether home may be pushed to: all of it before the first byte moves.

Throws `UserError` where home takes nothing.
@param options.platforms - As `linux/amd64`; all where empty.
*/
export const planCopies = async (
	session: Session,
	{
		entries,
		platforms,
	}: {entries: readonly MapEntry[]; platforms: readonly string[]},
): Promise<CopyPlan> => {
	await refuseUnpushable(session, entries);
	const planned = await Promise.all(
		entries.map(async entry => tryImage(session, entry, platforms)),
	);
	session.signal.throwIfAborted();
	const images = planned.flatMap(image => ('digest' in image ? image : []));
	return {
		images,
		missing: planned.flatMap(image => ('reason' in image ? image : [])),
		costs: await listCosts(session, images),
	};
};
