import type PQueue from 'p-queue';
import type {PutReply} from '../contents.js';
import type {Digest} from '../oci/digest.js';
import {decodeText} from '../oci/json.js';
import {
	type Descriptor,
	formatPlatform,
	isIndexMediaType,
	type Manifest,
	parseManifest,
} from '../oci/manifest.js';
import {
	findDoubt,
	hasManifest,
	listBlobs,
	preparePut,
	pushBlob,
	type Target,
} from '../push/push-content.js';
import type {Registry} from '../world.js';
import {isOf, leaveOut} from './leave-out.js';
import {NotCopied} from './not-copied.js';
import {streamBlob} from './stream-blob.js';

/** A repository that is copied from. */
export type Source = {readonly registry: Registry; readonly repository: string};

/** What the copying tells while it goes on. */
export type CopyEvent =
	/** A manifest was read: so many bytes of blobs belong to it. */
	| {readonly kind: 'found'; readonly bytes: number}
	/** Everything was read that the image itself needs. */
	| {readonly kind: 'whole'}
	/** So many bytes of a blob are on their way; fewer than before where it is sent anew. */
	| {readonly kind: 'sending'; readonly digest: Digest; readonly bytes: number}
	/** A blob is at home: it was there, was mounted or was sent. */
	| {
			readonly kind: 'blob';
			readonly digest: Digest;
			readonly bytes: number;
			readonly isSent: boolean;
	  }
	/** A manifest stands at home with everything under it. */
	| {readonly kind: 'manifest'; readonly digest: Digest};

/** What all images of one run share. */
export type Copying = {
	readonly source: Source;
	readonly target: Target;
	/** Bounds how many blobs are on their way at once, over all images. */
	readonly blobs: PQueue;
	/** By digest: a repository of the home's registry that has the blob, or will have it when it has come; `undefined` where it did not come. */
	readonly known: Map<Digest, Promise<string | undefined>>;
	/** By repository and digest: what is being copied or was. */
	readonly done: Map<string, Promise<CopiedManifest>>;
	/** By digest: manifests that were read and are not copied yet. */
	readonly read: Map<Digest, Promise<CopiedManifest>>;
	readonly tell: (event: CopyEvent) => void;
};

/** A manifest that stands at home. */
export type CopiedManifest = {
	readonly digest: Digest;
	readonly mediaType: string;
	readonly bytes: Uint8Array;
	readonly manifest: Manifest;
};

/**
Copies a manifest with all that it needs: children before their index, blobs before their manifest, so that nothing at home names what is not there. What is there already is not sent again.

Throws `NotCopied`, and `UserError` where a registry gives no usable reply.
*/
export const copyManifest = async (
	copying: Copying,
	digest: Digest,
): Promise<CopiedManifest> => {
	const key = `${copying.target.repository}@${digest}`;
	const copied = copying.done.get(key) ?? copyOnce(copying, digest);
	copying.done.set(key, copied);
	return copied;
};

const copyOnce = async (
	copying: Copying,
	digest: Digest,
): Promise<CopiedManifest> => {
	const read = await readManifest(copying, digest);
	const {manifest} = read;
	await copyAll(copying, manifest.children);
	await pushBelow(copying, read);
	return read;
};

/**
Copies an index with only some of its platforms: it is another index, written anew without the rest. What is no index is copied as it is.
@param platforms - As `linux/amd64` or `linux/arm/v7`.
*/
export const copyPlatforms = async (
	copying: Copying,
	digest: Digest,
	platforms: readonly string[],
): Promise<CopiedManifest> => {
	const read = await readManifest(copying, digest);
	const {children} = read.manifest;
	if (!isIndexMediaType(read.mediaType)) {
		return copyManifest(copying, digest);
	}

	const missing = platforms.filter(
		text =>
			!children.some(
				({platform}) => platform && formatPlatform(platform) === text,
			),
	);
	if (missing.length > 0) {
		throw new NotCopied({
			kind: 'refused',
			reason: `it has no platform ${missing.join(', ')}, but ${children.map(({platform}) => platform && formatPlatform(platform)).join(', ')}`,
		});
	}

	const fewer = leaveOut(read, platforms);
	if (fewer === read) {
		return copyManifest(copying, digest);
	}

	await copyAll(copying, fewer.manifest.children);
	await pushBelow(copying, fewer);
	return fewer;
};

const copyAll = async (
	copying: Copying,
	children: readonly Descriptor[],
): Promise<void> => {
	for (const child of children) {
		await copyManifest(copying, child.digest);
	}
};

/**
Reads a manifest and all below it before any of it is copied, so that it is known how much there is.
@param platforms - Of an index the rest is left out; all where empty.
*/
export const readAhead = async (
	copying: Copying,
	digest: Digest,
	platforms: readonly string[],
): Promise<void> => {
	const {manifest} = await readManifest(copying, digest);
	await Promise.all(
		manifest.children
			.filter(child => platforms.length === 0 || isOf(platforms)(child))
			.map(async child => readAhead(copying, child.digest, [])),
	);
};

const readManifest = async (
	copying: Copying,
	digest: Digest,
): Promise<CopiedManifest> => {
	const reading = copying.read.get(digest) ?? readOnce(copying, digest);
	copying.read.set(digest, reading);
	return reading;
};

/** The manifest as it is at home, which costs the source nothing, or as the source has it. */
const readOnce = async (
	{source: {registry, repository}, target, tell}: Copying,
	digest: Digest,
): Promise<CopiedManifest> => {
	const content = {digest, kind: 'manifest'} as const;
	const served =
		(await target.registry.readContent(
			target.repository,
			content,
			target.signal,
		)) ?? (await registry.readContent(repository, content, target.signal));
	if (!served) {
		throw new NotCopied({
			kind: 'failed',
			reason: `${registry.host}/${repository} has no ${digest}, which an index of it needs`,
		});
	}

	const manifest = parseManifest(decodeText(served.bytes), served.mediaType);
	if (!manifest) {
		throw new NotCopied({
			kind: 'refused',
			reason: `${digest} is no manifest that jetsam can read (${served.mediaType})`,
		});
	}

	const {bytes} = served;
	const sizes = listBlobs(manifest).map(({size}) => size);
	tell({kind: 'found', bytes: sizes.reduce((sum, size) => sum + size, 0)});
	return {digest, mediaType: manifest.mediaType, bytes, manifest};
};

/** Sends the blobs of a manifest, then the manifest, where they are not there. */
const pushBelow = async (
	copying: Copying,
	{digest, mediaType, bytes, manifest}: CopiedManifest,
): Promise<void> => {
	const {target, tell} = copying;
	await Promise.all(
		listBlobs(manifest).map(async blob =>
			copying.blobs.add(async () => copyBlob(copying, blob)),
		),
	);
	if (!(await hasManifest(target, digest))) {
		const put = preparePut(target, {bytes, mediaType});
		check(await put(digest));
		const doubt = await findDoubt(target, digest, manifest);
		if (doubt !== undefined) {
			throw new NotCopied({kind: 'failed', reason: doubt});
		}
	}

	tell({kind: 'manifest', digest});
};

/** A blob that is on its way to another repository there is waited for: then it is mounted, and not sent twice. */
const copyBlob = async (
	copying: Copying,
	descriptor: Descriptor,
): Promise<void> => {
	const {source, target, known} = copying;
	const {digest} = descriptor;
	const isSame = source.registry.host === target.registry.host;
	// Between the look and the note nothing may come: two would both send it.
	const arriving = known.get(digest);
	const mountFrom = isSame ? source.repository : arriving && (await arriving);
	const bringing = bringBlob(copying, descriptor, mountFrom);
	if (mountFrom === undefined) {
		known.set(
			digest,
			bringing.then(
				() => target.repository,
				() => undefined,
			),
		);
	}

	await bringing;
};

const bringBlob = async (
	{source, target, tell}: Copying,
	descriptor: Descriptor,
	mountFrom: string | undefined,
): Promise<void> => {
	const {registry, repository, signal} = target;
	const {digest, size: bytes} = descriptor;
	signal.throwIfAborted();
	if (await registry.hasBlob(repository, descriptor, signal)) {
		tell({kind: 'blob', digest, bytes, isSent: false});
		return;
	}

	let isSent = false;
	const content = streamBlob(source, descriptor, {
		signal,
		tell(sent) {
			isSent = true;
			tell({kind: 'sending', digest, bytes: sent});
		},
	});
	const reply = await pushBlob(target, {
		descriptor,
		content,
		...(mountFrom !== undefined && {mountFrom}),
	});
	signal.throwIfAborted();
	check(reply, content.problem());
	// One that the registry had elsewhere was mounted, and nothing of it was read.
	tell({kind: 'blob', digest, bytes, isSent});
};

/** Throws `NotCopied` unless the registry took it. */
export const check = (reply: PutReply, problem?: string): void => {
	switch (reply.kind) {
		case 'accepted': {
			return;
		}

		case 'held': {
			throw new NotCopied({kind: 'would-copy'});
		}

		case 'refused': {
			throw new NotCopied({kind: 'refused', reason: reply.reason});
		}

		case 'unclear': {
			throw new NotCopied({kind: 'failed', reason: problem ?? reply.reason});
		}
	}
};
