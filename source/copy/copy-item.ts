import type PQueue from 'p-queue';
import type {Digest} from '../oci/digest.js';
import {preparePut, pushTag, type Target} from '../push/push-content.js';
import {UserError} from '../user-error.js';
import {copyAbout, setTags} from './copy-about.js';
import {
	check,
	type CopiedManifest,
	type CopyEvent,
	type Copying,
	copyManifest,
	copyPlatforms,
	readAhead,
	type Source,
} from './copy-image.js';
import {type CopyEnd, NotCopied} from './not-copied.js';

/** An image that is to come home. */
export type CopyItem = {
	readonly source: Source;
	/** What its tag meant when the copy was planned. */
	readonly digest: Digest;
	readonly target: Omit<Target, 'clock' | 'signal'>;
	/** The tag that it gets at home; `undefined` where it is known by its digest alone. */
	readonly tag: string | undefined;
	/** What that tag meant at home when the copy was planned; `undefined` for nothing. */
	readonly was: Digest | undefined;
};

/** How an image came home. */
export type CopyOutcome =
	| {
			readonly kind: 'copied';
			/** At home: another than elsewhere where platforms were left out. */
			readonly digest: Digest;
	  }
	| CopyEnd;

/** What the images of one run share. */
export type CopyRun = Pick<Target, 'clock' | 'signal'> &
	Pick<Copying, 'done'> & {
		readonly blobs: PQueue;
		/** By registry. */
		readonly known: Map<string, Copying['known']>;
		/** All where empty. */
		readonly platforms: readonly string[];
		readonly tell: (item: CopyItem, event: CopyEvent) => void;
	};

/** Brings one image home, its tag last, so that at no moment a tag means half of something. Throws nothing but bugs. */
export const copyItem = async (
	run: CopyRun,
	item: CopyItem,
): Promise<CopyOutcome> => {
	try {
		const copied = await bring(run, item);
		return {kind: 'copied', digest: copied.digest};
	} catch (error) {
		if (error instanceof NotCopied) {
			return error.end;
		}

		if (run.signal.aborted) {
			return {
				kind: 'unfinished',
				reason: 'it was broken off',
			};
		}

		if (error instanceof UserError) {
			return {kind: 'failed', reason: error.sentence};
		}

		throw error;
	}
};

const bring = async (run: CopyRun, item: CopyItem): Promise<CopiedManifest> => {
	const {clock, signal, platforms} = run;
	const target: Target = {...item.target, clock, signal};
	const {host} = target.registry;
	const known =
		run.known.get(host) ?? new Map<Digest, Promise<string | undefined>>();
	run.known.set(host, known);
	const copying: Copying = {
		source: item.source,
		target,
		blobs: run.blobs,
		known,
		done: run.done,
		read: new Map(),
		tell(event) {
			run.tell(item, event);
		},
	};
	await readAhead(copying, item.digest, platforms);
	copying.tell({kind: 'whole'});
	const copied =
		platforms.length > 0
			? await copyPlatforms(copying, item.digest, platforms)
			: await copyManifest(copying, item.digest);
	// What is about an index is not about another one with fewer platforms, and is not found there.
	await bringAbout(copying, copied);
	await setOwnTag(target, item, copied);
	return copied;
};

/** What is about the image and about its children. */
const bringAbout = async (
	copying: Copying,
	{digest, manifest}: CopiedManifest,
): Promise<void> => {
	const digests = [digest, ...manifest.children.map(child => child.digest)];
	for (const each of new Set(digests)) {
		await setTags(copying, await copyAbout(copying, each));
	}
};

/** What somebody else has tagged since the plan stays. */
const setOwnTag = async (
	target: Target,
	{tag, was}: CopyItem,
	{digest, bytes, mediaType}: CopiedManifest,
): Promise<void> => {
	if (tag === undefined) {
		return;
	}

	const {registry, repository, signal} = target;
	const means = await registry.resolve(repository, tag, signal);
	if (means === digest) {
		return;
	}

	if (means !== was) {
		throw new NotCopied({
			kind: 'refused',
			reason: `somebody else has set the tag ${tag} at home since this was planned: it means ${means ?? 'nothing'} now`,
		});
	}

	check(
		await pushTag(
			target,
			{tag, digest},
			preparePut(target, {bytes, mediaType}),
		),
	);
};
