import type {Digest} from '../oci/digest.js';
import type {Descriptor, Manifest} from '../oci/manifest.js';
import type {LargeContent, PutReply, ServedContent} from '../contents.js';
import type {Clock, Registry} from '../world.js';
import {isHeldElsewhere} from './held-elsewhere.js';
import {sendManifest} from './send-manifest.js';

/** The repository that something is pushed to. */
export type Target = {
	readonly registry: Registry;
	readonly repository: string;
	readonly clock: Clock;
	readonly signal: AbortSignal;
};

/** Why something was not pushed: a reply that is no yes. */
export type PushEnd = Exclude<PutReply, {readonly kind: 'accepted'}>;

const attempts = 3;

/** Sending the same bytes twice does no harm, so that an unclear reply is answered by sending them again. */
export const sendPatiently = async (
	{clock, signal}: Pick<Target, 'clock' | 'signal'>,
	send: () => Promise<PutReply>,
): Promise<PutReply> => {
	let reply = await send();
	for (
		let attempt = 1;
		reply.kind === 'unclear' && attempt < attempts;
		attempt++
	) {
		await clock.sleep(250 * 2 ** attempt, signal);
		reply = await send();
	}

	return reply;
};

/** How a manifest is sent under its digest or a tag. */
export const preparePut =
	(target: Target, content: ServedContent) =>
	async (reference: string): Promise<PutReply> => {
		const {registry, repository, signal} = target;
		return sendPatiently(target, async () =>
			sendManifest(registry, {repository, reference}, {content, signal}),
		);
	};

/** The blobs of a manifest that a registry has to hold, each once. */
export const listBlobs = (
	manifest: Manifest | undefined,
): readonly Descriptor[] => {
	const blobs = new Map<Digest, Descriptor>();
	const {config, layers = []} = manifest ?? {};
	for (const blob of [...(config ? [config] : []), ...layers]) {
		if (!isHeldElsewhere(blob)) {
			blobs.set(blob.digest, blob);
		}
	}

	return [...blobs.values()];
};

/** A blob to be sent, and where the registry may have it already. */
export type Blob = {
	readonly descriptor: Descriptor;
	readonly content: LargeContent;
	/** Another repository of the registry that has it. */
	readonly mountFrom?: string;
};

/** Sends a blob and looks whether it is there. A 201 can be of a registry that has lost what it is about. */
export const pushBlob = async (
	target: Target,
	{descriptor, content, mountFrom}: Blob,
): Promise<PutReply> => {
	const {registry, repository, signal} = target;
	const reply = await sendPatiently(target, async () =>
		registry.putBlob(repository, descriptor.digest, {
			content,
			...(mountFrom !== undefined && {mountFrom}),
			signal,
		}),
	);
	return reply.kind !== 'accepted' ||
		(await registry.hasBlob(repository, descriptor, signal))
		? reply
		: {
				kind: 'unclear',
				reason: `the registry took the blob ${descriptor.digest}, and does not hand it out.`,
			};
};

/** Whether the registry hands a manifest out. */
export const hasManifest = async (
	{registry, repository, signal}: Target,
	digest: Digest,
): Promise<boolean> =>
	(await registry.readContent(
		repository,
		{digest, kind: 'manifest'},
		signal,
	)) !== undefined;

/** Makes a tag mean a digest, and believes it only after asking. */
export const pushTag = async (
	{registry, repository, signal}: Target,
	{tag, digest}: {readonly tag: string; readonly digest: Digest},
	put: (reference: string) => Promise<PutReply>,
): Promise<PutReply> => {
	const reply = await put(tag);
	return reply.kind !== 'accepted' ||
		(await registry.resolve(repository, tag, signal)) === digest
		? reply
		: {
				kind: 'unclear',
				reason: `the registry took the tag ${tag}, but it does not mean the digest.`,
			};
};

/** What is wrong with what the registry hands out now, in a sentence. Its blobs were read before it was sent. */
export const findDoubt = async (
	target: Target,
	digest: Digest,
	manifest: Manifest | undefined,
): Promise<string | undefined> => {
	if (!(await hasManifest(target, digest))) {
		return 'the registry said that it took the manifest, and does not hand it out.';
	}

	const {config} = manifest ?? {};
	if (config && config.size > 0) {
		const {registry, repository, signal} = target;
		const blob = {digest: config.digest, kind: 'blob'} as const;
		return (await registry.readContent(repository, blob, signal))
			? undefined
			: `the registry does not hand out its config ${config.digest}.`;
	}

	return undefined;
};
